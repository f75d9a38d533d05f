"""Pages for what went wrong. 400, 403, 404 and 500 are templates of these names; Django finds them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when a form's token is missing or old, e.g. after logging in elsewhere."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours, to a program in words it can read."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    detail = _("Something went wrong, and it is our fault. It has been written down.")
    return JsonResponse({"detail": detail, "code": "server_error"}, status=500)
