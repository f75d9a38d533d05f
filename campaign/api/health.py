"""Whether the platform works, for whoever watches over it."""

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.reads.health import health


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while runs are being scored and 503 while they would wait, and say why.

    A plain view: nothing here may need the database, whose absence it reports.
    """
    found = health(now())
    said = {"ok": found.ok, "message": found.message, **asdict(found)}
    return JsonResponse(said, status=200 if found.ok else 503)
