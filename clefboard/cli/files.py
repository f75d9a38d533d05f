"""The files that a command was pointed at: there, and files."""

from pathlib import Path

from clefboard.cli.ending import CommandError


def need_files(*paths: Path | None) -> None:
    """End the command where one of the paths is no file."""
    for path in paths:
        if path is None or path.is_file():
            continue
        if path.is_dir():
            raise CommandError(f"{path} is a folder, and a file is wanted")
        if not path.exists():
            raise CommandError(f"there is no file {path}{_meant(path)}")
        raise CommandError(f"{path} is a pipe or a device; a run may be read twice: save it first")


def _meant(path: Path) -> str:
    """Return the file of the same folder that was meant, where one is alike."""
    from difflib import get_close_matches

    if not path.parent.is_dir():
        return f": the folder {path.parent} is not there either"
    names = (file.name for file in path.parent.iterdir())
    near = get_close_matches(path.name, names, n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""
