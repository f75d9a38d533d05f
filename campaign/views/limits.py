"""How much a request may carry, decided before a byte of its body is read.

A view that takes files says so by an attribute `takes_files = True`, on the function or, for
class-based views and the API's, on the class. Everything else takes forms, which are small. Without
this, any form would accept any file and write it to disk before the view has its say. One that takes
the folder of a task says so by `takes_folders`.
"""

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from time import monotonic
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from campaign.clock import now
from campaign.models import Task
from campaign.refusals import NotThere, Refusal, status_of
from campaign.views.refusals import View, render_refusal

_FORM_BYTES = 2_000_000  # the fields of a form; beside files, their names and boundaries too
_FILES = 2  # a run and its image run
_DRAIN_BYTES = 64_000_000
_DRAIN_S = 3.0


def takes_files(view: View) -> View:
    """Mark a view as one that takes files."""
    view.takes_files = True  # type: ignore[attr-defined]  # how Django marks views, e.g. csrf_exempt
    return view


def takes_folders(view: View) -> View:
    """Mark a view as one that takes a task's folder, as a zip archive."""
    view.takes_folders = True  # type: ignore[attr-defined]  # as above
    return view


class UploadLimitMiddleware:
    """Notes when a request began, and refuses a body that is announced as too large."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # The server calls us when it has the headers: this is the upload's first byte.
        request.began_at = now()  # type: ignore[attr-defined]  # read by campaign.clock.began_at
        answer = self.get_response(request)
        if answer.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            _drain(request)
        return answer

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse before the view and before the CSRF check, which reads the body."""
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            message = _(
                "Send the length of the body, as Content-Length, and the body in one piece."
            )
            return _refuse(request, Refusal(message, code="no_length"))
        announced = request.META.get("CONTENT_LENGTH") or ""
        size = int(announced) if announced.isdecimal() else 0  # as Django reads it
        if size <= _FORM_BYTES:
            return None
        limit = _limit(view, kwargs)
        if limit is None:
            return _refuse(request, NotThere(_("There is no such task."), code="no_task"))
        if size <= _FILES * limit + _FORM_BYTES:
            return None
        return _refuse(request, Refusal(_in_words(size, limit), code="too_large"))


def _limit(view: View, kwargs: Mapping[str, Any]) -> int | None:
    """Return how large a file a view takes: the limit of the task in its address, if there is one."""
    view_class = getattr(view, "view_class", getattr(view, "cls", view))
    if getattr(view_class, "takes_folders", False):
        return int(settings.MAX_FOLDER_BYTES)
    if not getattr(view_class, "takes_files", False):
        return 0
    task = Task.objects.filter(slug=kwargs.get("slug")).first()
    if task is None:
        return None
    allowed: int = min(task.run_rules.max_upload_bytes, settings.MAX_UPLOAD_BYTES)
    return allowed


def _in_words(size: int, limit: int) -> str:
    if limit == 0:
        return _("This address takes no files.")
    return _(
        "%(size)s MB are too much: this task takes files of %(limit)s MB, before and after "
        "decompression."
    ) % {"size": f"{size / 1e6:.0f}", "limit": f"{limit / 1e6:.0f}"}


def _refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if request.path.startswith("/api/"):
        answer = {"detail": refusal.message, "code": refusal.code}
        return JsonResponse(answer, status=status_of(refusal))
    return render_refusal(request, refusal)


def _drain(request: HttpRequest) -> None:
    """Read on for a moment where a body was refused unread.

    Whoever still sends when the connection closes never sees the answer.
    """
    deadline = monotonic() + _DRAIN_S
    left = _DRAIN_BYTES
    with suppress(UnreadablePostError):  # whoever went away needs no answer
        while left > 0 and monotonic() < deadline:
            block = request.read(1 << 16)
            if not block:
                return
            left -= len(block)
