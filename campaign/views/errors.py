"""Pages for what went wrong. 400, 403, 404 and 500 are templates of these names; Django finds them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when a form's token is missing or old, e.g. after logging in elsewhere."""
    return render(request, "403_csrf.html", status=403)
