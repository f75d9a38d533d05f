"""Settings of the live platform's processes: those of the tests, mails as files, a clock that moves."""

from campaign.settings.test import *  # noqa: F403 - settings build on settings
from campaign.settings.test import CLOCK_OFFSET as _OFFSET, VAR_DIR as _VAR_DIR
from tests.moving_clock import MovingOffset

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
WHITENOISE_USE_FINDERS = True  # the static files as they are, nothing to collect
CLOCK_OFFSET = MovingOffset(_VAR_DIR, _OFFSET)  # type: ignore[assignment]  # adds as one does
