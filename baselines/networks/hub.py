"""Weights of the Hugging Face hub: fetched once, and kept in its cache from then on.

timm's own way, ``pretrained=True``, tries for most of a minute where there is no network, and says
nothing of what it fetched. Here a single question that is not repeated comes first.
"""

from pathlib import Path

from huggingface_hub import (
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
    try_to_load_from_cache,
)

PREFIX = "hf-hub:"
_FILE = "model.safetensors"
_PATIENCE = 5.0  # seconds


class CannotFetch(ValueError):
    """Weights that the hub does not give; the text says why."""


def fetch(name: str) -> Path:
    """Return the file of weights of a repository, from the cache where it is there already.

    Parameters
    ----------
    name
        ``OWNER/NAME``, or ``OWNER/NAME@REVISION``.

    Raises
    ------
    CannotFetch
        When it is not in the cache and the hub does not answer, or does not have it.
    """
    repository, _, revision = name.partition("@")
    revision = revision or "main"
    try:
        kept = try_to_load_from_cache(repository, _FILE, revision=revision)
        if isinstance(kept, str):
            return Path(kept)
        get_hf_file_metadata(hf_hub_url(repository, _FILE, revision=revision), timeout=_PATIENCE)
        return Path(hf_hub_download(repository, _FILE, revision=revision))
    except Exception as error:  # the HTTP client below has errors of its own, and changes
        why = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise CannotFetch(
            f"{PREFIX}{name}: {_FILE} is not in the cache and cannot be fetched ({why});"
            " right is a machine with a network, or the path of a file"
        ) from error
