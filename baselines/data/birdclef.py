"""BirdCLEF's folders: beside each recording an XML file of the same name says what is heard."""

from collections.abc import Iterator
from pathlib import Path

from baselines.data.described import read_described
from baselines.data.items import Findings, Item

RECORDINGS = frozenset({".wav", ".flac", ".ogg", ".mp3"})


def read_birdclef(folder: Path, findings: Findings) -> Iterator[Item]:
    """Yield the items of a folder and of those inside it, in the order of their names.

    Each recording is an observation of its own. Its author is the recordist's id where there is
    one, since names are spelt in more ways than one; its organ is what is heard, a song or a call.
    A recording without a class is an item all the same: those of a test have none.
    """
    for description, recording, fields in read_described(folder, "recording", RECORDINGS, findings):
        for key in ("MediaId", "ClassId"):
            if not fields.get(key):
                findings.add(f"empty {key}", description.name)
        author = fields.get("AuthorID") or fields.get("Author", "")
        if not author:
            findings.add("empty Author and AuthorID", description.name)
        media_id = fields.get("MediaId") or description.stem
        yield Item(
            recording,
            media_id,
            media_id,
            fields.get("ClassId", ""),
            fields.get("Content", "").lower(),
            author,
        )
