"""Content in pieces into blocks of whole lines."""

from hypothesis import given, strategies as st

from scoring.run_files.line_blocks import MAX_LINE_BYTES, line_blocks


@given(st.binary(max_size=80).map(lambda data: data.replace(b"x", b"\n")), st.integers(1, 9))
def test_lines_are_those_of_the_whole_wherever_it_is_cut(content, size):
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    numbered = [
        (block.first_line + place, line)
        for block in line_blocks(pieces)
        for place, line in enumerate(block.data.split(b"\n"))
    ]
    lines = content.split(b"\n")
    assert numbered == list(enumerate(lines if lines[-1] else lines[:-1], start=1))


def test_a_long_line_is_cut_and_stays_too_long():
    piece = b"x" * 300_000
    blocks = list(line_blocks([b"a\n", *[piece] * 50, b"\nb\n", *[piece] * 50]))
    assert [block.first_line for block in blocks] == [1, 2, 4]
    assert blocks[1].data.endswith(b"\nb")
    for block in blocks[1:]:
        assert MAX_LINE_BYTES + 1 < len(block.data) < MAX_LINE_BYTES + 2 * len(piece)
