"""Data sets as Croissant 1.0 (JSON-LD): what dataset search engines and loaders of ML tools read.

The description is public; where a file needs a registration, its address asks for one.
"""

import mimetypes
from collections.abc import Callable
from datetime import datetime
from typing import Any

from campaign.models import DataFile, DataSet, Task

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

# As the specification has it: https://docs.mlcommons.org/croissant/docs/croissant-spec.html
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_KEYWORDS = {
    DataSet.Role.TRAINING_TRUSTED: "training, trusted labels",
    DataSet.Role.TRAINING_NOISY: "training, noisy labels",
    DataSet.Role.VALIDATION: "validation",
    DataSet.Role.TEST: "test",
}


def croissant(
    row: DataSet, task: Task, *, opens_at: datetime | None, address_of: Callable[[str], str]
) -> dict[str, Any]:
    """Return the description of a data set.

    Parameters
    ----------
    opens_at
        From when on its files are to be had; None where they always were.
    address_of
        The address of a file by its name, or of the task's page about data for an empty name.
    """
    described = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": f"{task.slug}-{row.slug}",
        "alternateName": row.title,
        "description": _description(row, task),
        "license": row.licence or "not stated",
        "url": address_of(""),
        "version": _version(row.version),
        "citeAs": f"{row.title}, version {row.version}. {task.title}, {task.campaign.title}.",
        "creator": {
            "@type": "sc:Organization",
            "name": f"Organisers of {task.campaign.title}",
        },
        "keywords": [_KEYWORDS[DataSet.Role(row.role)], task.title, task.campaign.title],
        "isAccessibleForFree": True,
        "conditionsOfAccess": _CONDITIONS[DataSet.Access(row.access)],
        "distribution": [
            _file(place, file, address_of) for place, file in enumerate(row.files.all(), start=1)
        ],
    }
    return described | ({"datePublished": opens_at.isoformat()} if opens_at else {})


_CONDITIONS = {
    DataSet.Access.PUBLIC: "public",
    DataSet.Access.REGISTERED: "for teams that registered for the task",
    DataSet.Access.APPROVED: "for teams that the organisers of the task approved",
}


def _description(row: DataSet, task: Task) -> str:
    words = row.description or row.title
    generated = "The queries and the ground truth of this task are generated."
    return f"{words}\n\n{generated}" if task.generated else words


def _version(version: str) -> str:
    """Return a version of three numbers where it is of fewer: "1" is 1.0.0.

    Examples
    --------
    >>> _version("1"), _version("2.1"), _version("2017-b")
    ('1.0.0', '2.1.0', '2017-b')
    """
    numbers = version.split(".")
    if not all(number.isdecimal() for number in numbers):
        return version
    return ".".join([*numbers, "0", "0"][:3]) if len(numbers) < 3 else version


def _file(place: int, file: DataFile, address_of: Callable[[str], str]) -> dict[str, Any]:
    kind, packing = mimetypes.guess_type(file.name)
    return {
        "@type": "cr:FileObject",
        "@id": f"file-{place}",  # a name may hold blanks, which an id may not
        "name": file.name,
        "contentUrl": address_of(file.name),
        "contentSize": f"{file.size} B",
        "encodingFormat": f"application/{packing}" if packing else kind or _UNKNOWN,
        "sha256": file.sha256,
    }


_UNKNOWN = "application/octet-stream"
