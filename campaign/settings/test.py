"""What the tests run on: an embedded pair of servers of their own, started by tests/conftest.py."""

import os
import tempfile
from pathlib import Path

# Set once and inherited: the processes of one test session share a pair of servers.
os.environ.setdefault("VAR_DIR", str(Path(tempfile.gettempdir()) / f"clefboard-test-{os.getpid()}"))
os.environ.setdefault("CLEFBOARD_SECRET_KEY", "only-for-tests")

from campaign.settings.local import *

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
CELERY_BROKER_URL = REDIS_URL.replace("virtual_host=0", f"virtual_host={_worker}")
CACHES = {"default": cache(REDIS_URL, database=_worker + 32)}  # of 64 that there are
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
ACCOUNT_RATE_LIMITS = False
WHITENOISE_AUTOREFRESH = True
CHROMIUM = "no-browser"  # tests that look at pictures name one
