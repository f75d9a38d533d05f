"""Where mails go, where they do not leave the machine."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def mail_folder() -> str:
    """Return the folder where this installation writes its mails; empty where it sends them."""
    as_files = settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend")
    return str(settings.EMAIL_FILE_PATH) if as_files else ""
