"""What every page shows, whatever it is about."""

from typing import Any

from django.http import HttpRequest

from campaign.clock import now


def page(request: HttpRequest) -> dict[str, Any]:
    """Give every template the platform's moment."""
    return {"now": now()}
