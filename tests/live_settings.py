"""Settings of the live platform's processes: those of the tests, with mails as files."""

from campaign.settings.test import *  # noqa: F403 - settings build on settings

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
WHITENOISE_USE_FINDERS = True  # the static files as they are, nothing to collect
