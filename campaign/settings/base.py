"""Settings of every installation, from the environment. No secret has a default here."""

import os
import shlex
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
import pghistory
from celery.schedules import schedule
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

env = environ.Env()

# Before numpy is loaded. Web and workers share the cores; threads of BLAS would only take memory, for what
# is multiplied here is cut into tiles that one thread does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
PRIVATE_DIR = VAR_DIR / "private"  # ground truth and run files: no URL serves it
FIXTURES_DIR = BASE_DIR / "fixtures"

DEBUG = False
CLOCK_OFFSET = timedelta(0)
ROOT_URLCONF = "campaign.urls"
WSGI_APPLICATION = "campaign.wsgi.application"

INSTALLED_APPS = [
    "campaign",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "campaign.views.compression.CompressionMiddleware",  # after the static files, packed beforehand
    "campaign.views.caching.PrivateAnswersMiddleware",  # after the static files, which all may keep
    "campaign.views.caching.ConditionalAnswersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "campaign.views.limits.UploadLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "campaign.views.recording.RecordMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "campaign.views.context.page",
            ],
        },
    },
]
FORM_RENDERER = "campaign.forms.renderer.Renderer"
CSRF_FAILURE_VIEW = "campaign.views.errors.csrf_failure"


# ---------------------------------------------------------------- database, broker, cache
def database(url: str) -> dict[str, Any]:
    """Return Django's settings of one PostgreSQL database; connections outlive requests."""
    config: dict[str, Any] = environ.Env.db_url_config(url)
    options = {"connect_timeout": 10, "application_name": "clefboard"}
    return config | {
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,  # a restarted database costs no request
        "OPTIONS": options | config.get("OPTIONS", {}),  # the URL's, e.g. ?sslmode=require
    }


def cache(broker_url: str, *, database: int = 1) -> dict[str, object]:
    """Return Django's cache on the broker's server, in a database of its own."""
    socket = broker_url.removeprefix("redis+socket://").split("?")[0]
    local = broker_url.startswith("redis+socket://")
    server = f"unix://{socket}?db=" if local else f"{broker_url.rsplit('/', 1)[0]}/"
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"{server}{database}",
    }


CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True  # the row holds the result
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 12 * 3600,  # re-delivery is the sweeper's business, not the broker's
    "socket_connect_timeout": 2,
    "socket_timeout": 20,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")
SWEEP_EVERY = timedelta(seconds=env.int("SWEEP_EVERY_SECONDS", default=10))
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "sweep",
        "schedule": schedule(SWEEP_EVERY),
        # One that waited that long has been overtaken by the next.
        "options": {"queue": "sweep", "expires": 0.8 * SWEEP_EVERY.total_seconds()},
    },
    "sweep levels": {
        "task": "sweep_levels",
        "schedule": schedule(timedelta(seconds=30)),
        "options": {"queue": "sweep", "expires": 25},
    },
    "sweep announcements": {
        "task": "sweep_announcements",
        "schedule": schedule(timedelta(minutes=1)),
        "options": {"queue": "sweep", "expires": 50},
    },
    "sweep mails": {
        "task": "sweep_mails",
        "schedule": schedule(timedelta(minutes=1)),
        "options": {"queue": "sweep", "expires": 50},
    },
    "sweep packages": {
        "task": "sweep_packages",
        "schedule": schedule(SWEEP_EVERY),
        "options": {"queue": "sweep", "expires": 0.8 * SWEEP_EVERY.total_seconds()},
    },
    "sweep baselines": {
        "task": "sweep_baselines",
        "schedule": schedule(SWEEP_EVERY),
        "options": {"queue": "sweep", "expires": 0.8 * SWEEP_EVERY.total_seconds()},
    },
    "sweep comparisons": {
        "task": "sweep_comparisons",
        "schedule": schedule(timedelta(minutes=1)),
        "options": {"queue": "sweep", "expires": 50},
    },
    "sweep analyses": {
        "task": "sweep_analyses",
        "schedule": schedule(SWEEP_EVERY),
        "options": {"queue": "sweep", "expires": 0.8 * SWEEP_EVERY.total_seconds()},
    },
    "sweep image runs": {
        "task": "sweep_image_runs",
        "schedule": schedule(timedelta(seconds=30)),
        "options": {"queue": "sweep", "expires": 25},
    },
    "sweep run sets": {
        "task": "sweep_run_sets",
        "schedule": schedule(SWEEP_EVERY),
        "options": {"queue": "sweep", "expires": 0.8 * SWEEP_EVERY.total_seconds()},
    },
    "continue re-scorings": {
        "task": "continue_rescorings",
        "schedule": schedule(SWEEP_EVERY),
        "options": {"queue": "sweep", "expires": 0.8 * SWEEP_EVERY.total_seconds()},
    },
    "tidy files": {
        "task": "tidy_files",
        "schedule": schedule(timedelta(hours=6)),
        "options": {"queue": "sweep", "expires": 3600},
    },
}

# ---------------------------------------------------------------- scoring
SCORING_LEASE = timedelta(seconds=env.int("SCORING_LEASE_SECONDS", default=20))
SCORING_RESEND_AFTER = timedelta(seconds=env.int("SCORING_RESEND_AFTER_SECONDS", default=20))
DATABASE_PATIENCE_S = 60  # how long a scoring waits for a database that restarts
SCORING_MAX_ATTEMPTS = 3
COMPARISONS_LEASE = timedelta(minutes=5)  # renewed after each 25 runs
COMPARISONS_RESEND_AFTER = timedelta(minutes=2)  # they wait behind all evaluations
ANALYSES_LEASE = timedelta(minutes=5)  # renewed after each one
ANALYSES_RESEND_AFTER = timedelta(minutes=2)  # they wait behind all evaluations
RUN_SETS_LEASE = timedelta(minutes=2)  # renewed while files are read
RESCORING_BATCH = 200  # evaluations made in one transaction
SCORING_MAX_SECONDS = env.int("SCORING_MAX_SECONDS", default=900)
SCORING_MAX_BYTES = env.int(
    "SCORING_MAX_BYTES", default=2_000_000_000
)  # address space of the child
CHECKS_AT_ONCE = env.int("CHECKS_AT_ONCE", default=1)  # without a run, in each web process
CHECK_MAX_SECONDS = env.int("CHECK_MAX_SECONDS", default=60)
CHECK_WAIT_SECONDS = 5
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=2_000_000_000)
MAX_FOLDER_BYTES = env.int("MAX_FOLDER_BYTES", default=2_000_000_000)  # of a task's folder, packed
MAX_FOLDER_UNPACKED_BYTES = 2 * MAX_FOLDER_BYTES
UPLOADS_PER_TEAM_PER_DAY = 50
PACKAGE_LEASE = timedelta(minutes=1)
PACKAGE_MAX_ATTEMPTS = 3
CHROMIUM = env.str("CHROMIUM", default="")  # draws figures; empty looks for one in PATH
UNCLAIMED_FILES_AFTER = timedelta(days=1)

# ---------------------------------------------------------------- baselines
# The configs that organisers may choose from; nothing else of this machine is theirs to name.
BASELINES_DIR = Path(env.str("BASELINES_DIR", default=str(BASE_DIR / "baselines" / "configs")))
BASELINES_COMMAND = shlex.split(env.str("BASELINES_COMMAND", default="")) or [
    *(sys.executable, "-m", "baselines")
]
BASELINE_LEASE = timedelta(seconds=env.int("BASELINE_LEASE_SECONDS", default=60))
BASELINE_MAX_ATTEMPTS = env.int("BASELINE_MAX_ATTEMPTS", default=5)
BASELINE_MAX_SILENCE_S = env.int("BASELINE_MAX_SILENCE_SECONDS", default=3600)
BASELINE_STOP_S = env.int("BASELINE_STOP_SECONDS", default=30)  # to write a checkpoint

# ---------------------------------------------------------------- the record of who changed what
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")  # to look changes nothing
# A row that is deleted by hand must be missed as well.
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)

# ---------------------------------------------------------------- files
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_DIR, "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = (
    PRIVATE_DIR / "incoming"
)  # same file system as the storage: a rename, no copy
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "campaign.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Only in the browser that asked for it; so who was invited comes to the invitation.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_FORMS = {
    "login": "campaign.forms.signing_in.LoginForm",
    "signup": "campaign.forms.signing_in.SignupForm",
    "add_email": "campaign.forms.signing_in.AddEmailForm",
    "change_password": "campaign.forms.signing_in.ChangePasswordForm",
    "reset_password": "campaign.forms.signing_in.ResetPasswordForm",
    "reset_password_from_key": "campaign.forms.signing_in.ResetPasswordKeyForm",
    "reauthenticate": "campaign.forms.signing_in.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = True
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
EMAIL_TIMEOUT = 20  # a mail server that is silent must not hold a worker or a page
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Clefboard <noreply@localhost>")
MAILS_PER_JOB = env.int("MAILS_PER_JOB", default=50)  # then runs have a turn
MAILING_RESEND_AFTER = timedelta(minutes=2)  # more than a mail server that is silent takes

# ---------------------------------------------------------------- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "campaign.api.authentication.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "campaign.api.docstrings.DocstringSchema",
    "DEFAULT_PAGINATION_CLASS": None,
    "EXCEPTION_HANDLER": "campaign.api.errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Clefboard",
    "DESCRIPTION": "Tasks, runs and leaderboards of evaluation campaigns.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",  # whose schemas are JSON Schema: tests hold real answers against them
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "AUTHENTICATION_WHITELIST": ["campaign.api.authentication.BearerToken"],  # programs' way in
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "PhaseKindEnum": "campaign.models.tasks.Phase.Kind",
        "BaselineStateEnum": "campaign.models.baselines.BaselineTraining.State",
        "RunStateEnum": "campaign.api.run_shapes.RUN_STATES",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# ---------------------------------------------------------------- languages, security
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "campaign" / "locale"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # the upload page sends it as a header

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"without_secrets": {"()": "campaign.views.addresses_in_logs.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        name: {"filters": ["without_secrets"]}
        for name in ("django.request", "django.security.csrf")
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
