"""What `manage.py check` says of an installation besides what Django knows."""

from typing import Any

from django.core.checks import CheckMessage, Warning as Doubt, register

from scoring import slow_reading


@register
def runs_are_read_fast(**_: Any) -> list[CheckMessage]:
    """Warn where the kernel is missing: every run waits for the one before it."""
    slow = slow_reading()
    return [Doubt(f"Runs are read {slow}.", id="campaign.W001")] if slow else []
