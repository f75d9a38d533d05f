"""Answers that can be resumed: a file, or the part of it that was asked for (RFC 9110, section 14)."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\s*", re.ASCII)
_BLOCK = 1 << 16


def ranged_response(
    request: HttpRequest, stream: IO[bytes], *, size: int, digest: str, name: str
) -> HttpResponseBase:
    """Send a file as a download; `Range` and `If-Range` are honoured, so a broken one goes on.

    Several ranges at once are answered with the whole file, as the standard allows.

    Parameters
    ----------
    stream
        Seekable; closed with the response.
    digest
        SHA-256 of the content, which makes the ETag.
    """
    etag = f'"{digest}"'
    span = _asked(request, size, etag)
    if span == ():
        stream.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, stop = span or (0, size)
    stream.seek(start)
    answer = StreamingHttpResponse(
        _Part(stream, stop - start),
        status=206 if span else 200,
        content_type="application/octet-stream",
        headers={
            "Accept-Ranges": "bytes",
            "Cache-Control": "private, no-cache",
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
            "Content-Length": str(stop - start),
            "ETag": etag,
        },
    )
    if span:
        answer["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return answer


def _asked(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | tuple[()] | None:
    """Return the span asked for; None is the whole file, and () one that cannot be had."""
    found = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or found.groups() == ("", ""):
        return None
    if request.headers.get("If-Range", etag) != etag:  # the file has changed since the first part
        return None
    first, last = found.groups()
    if first == "":  # the last so many bytes
        return (max(0, size - int(last)), size) if int(last) and size else ()
    start, stop = int(first), min(size, int(last) + 1) if last else size
    if last and int(last) < start:  # not a range at all
        return None
    return (start, stop) if start < size else ()


class _Part:
    """So many bytes of a stream, in blocks."""

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream = stream
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (block := self._stream.read(min(_BLOCK, self._left))):
            self._left -= len(block)
            yield block

    def close(self) -> None:
        self._stream.close()
