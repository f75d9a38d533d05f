"""Run files in other forms: TREC run files and Parquet, into delimited text and back."""

from clefboard.formats.convert import FORMATS, Conversion, convert_run, format_by_name, format_of
from clefboard.formats.refusal import CannotConvert

__all__ = [
    "FORMATS",
    "CannotConvert",
    "Conversion",
    "convert_run",
    "format_by_name",
    "format_of",
]
