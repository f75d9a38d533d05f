"""docs/library.md is a notebook that runs."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "library.md"


def test_its_cells_come_out_as_written(tmp_path):
    done = doctest.testfile(
        str(PAGE),
        module_relative=False,
        globs={"folder": tmp_path},
        optionflags=doctest.FAIL_FAST | doctest.NORMALIZE_WHITESPACE,
    )
    assert done.attempted > 25
    assert not done.failed
