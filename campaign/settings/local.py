"""One machine, no server installed: what `manage.py up` runs."""

import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from campaign.settings.base import *
from campaign.standalone.servers import local_urls


def local_secret() -> str:
    """Return this installation's secret key, made at the first start and kept in var/."""
    path = VAR_DIR / "secret_key"
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_text()
    except PermissionError as error:
        # Settings are read before there is anything that could say so better.
        raise SystemExit(
            f"{error.filename} cannot be written by you. Start as its owner, "
            "or set VAR_DIR to a folder of yours."
        ) from None


def _make_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(50))
    with suppress(FileExistsError):  # the first of several processes wins, whole
        path.hardlink_to(fresh)
    fresh.unlink()


SECRET_KEY = env.str("CLEFBOARD_SECRET_KEY", default="") or local_secret()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}")
DATABASE_URL, REDIS_URL = local_urls(VAR_DIR)
DATABASE_URL = env.str("DATABASE_URL", default=DATABASE_URL)
REDIS_URL = env.str("REDIS_URL", default=REDIS_URL)
DATABASES = {"default": database(DATABASE_URL)}
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": cache(REDIS_URL)}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
# Seconds by which tests move the one clock; an offset, so that every process tells the same time.
CLOCK_OFFSET = timedelta(seconds=env.float("CLEFBOARD_NOW", default=0.0))
