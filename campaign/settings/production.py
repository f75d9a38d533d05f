"""A public installation: everything that matters comes from the environment, or it does not start."""

from django.core.exceptions import ImproperlyConfigured

from campaign.settings.base import *

if env.str("CLEFBOARD_NOW", default=""):
    raise ImproperlyConfigured("CLEFBOARD_NOW moves the clock for tests; unset it in production.")

SECRET_KEY = env.str("CLEFBOARD_SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
PUBLIC_URL = env.str("PUBLIC_URL", default=f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
DATABASES = {"default": database(env.str("DATABASE_URL"))}
CELERY_BROKER_URL = env.str("REDIS_URL")
CACHES = {"default": cache(CELERY_BROKER_URL)}
vars().update(env.email_url("EMAIL_URL"))

if bucket := env.str("S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "default_acl": "private",
            "querystring_auth": True,
        },
    }

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from beside the web server, without a proxy
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
