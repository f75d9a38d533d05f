"""Small images of three kinds, which any network tells apart; nothing here runs without torch."""

from importlib.util import find_spec
from pathlib import Path

import pytest

# The extra `baselines` is not among what the base install has.
collect_ignore_glob = [] if find_spec("torch") else ["*.py"]

if find_spec("torch"):
    import torch

    from tests.baselines.world import write_folder

    torch.set_num_threads(1)  # the processes of pytest-xdist share the cores

    @pytest.fixture(scope="session")
    def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
        """Three classes of four observations of two images, with a metadata.csv."""
        place = tmp_path_factory.mktemp("images")
        write_folder(place)
        return place
