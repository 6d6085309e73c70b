"""Settings shared by every mode; each value that differs between places comes from the environment."""

from pathlib import Path

import environ

from portal import logs
from portal.settings import queue
from portal.settings.admin import *  # noqa: F403
from portal.settings.api import *  # noqa: F403
from portal.settings.people import *  # noqa: F403
from portal.settings.security import *  # noqa: F403
from portal.settings.upkeep import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

SECRET_KEY = env("SECRET_KEY", default="")
DEBUG = False
DEMO = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The one address that stands in messages and QR codes.
PUBLIC_URL = env("PUBLIC_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}").rstrip("/")
# Where the embedded default keeps its database, broker and uploads.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "portal.admin_apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_cotton",
    "django_filters",
    "django_fsm",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "core",
    "accounts",
    "procedures",
    "dossiers",
    "notifications",
    "portal",
]

MIDDLEWARE = [
    "portal.health.HealthMiddleware",
    "core.api.middleware.ApiEnvelopeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.ContentSecurityPolicy",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.SessionUserMiddleware",
    "accounts.middleware.DeskDoorMiddleware",
    "accounts.middleware.LimitedMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.logs.RequestLog",
    "portal.read_only.ReadOnlyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.WrongMethodMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
SITE_ID = 1

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
        },
    }
]

DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"),
}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=300)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
    }
else:
    # What stands in the address itself (sslmode, a socket's folder) goes before.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "tcp_user_timeout": 5000,
        "options": "-c statement_timeout=15000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000",
        **DATABASES["default"].get("OPTIONS", {}),
    }

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
# Narrow folders: style sources and the build script are not for the browser.
STATICFILES_DIRS = [(name, BASE_DIR / "static" / name) for name in ("build", "images", "js")]
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "blobs": {"BACKEND": env("BLOB_STORAGE", default="core.blobs.BlobStorage")},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Papers: what one file may hold (the other limits stand in core.files.limits), and how much one person may send.
FILE_LIMITS = {
    "size": env.int("UPLOAD_MAX_MB", default=20) * 1024 * 1024,
    "pages": env.int("UPLOAD_MAX_PAGES", default=300),
    "pixels": env.int("UPLOAD_MAX_PIXELS", default=50_000_000),
}
FILE_UPLOAD_HANDLERS = [
    "core.files.intake.CappedUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
PAPERS_PER_DOSSIER = env.int("PAPERS_PER_DOSSIER", default=60)
UPLOAD_HOURS = env.int("UPLOAD_HOURS", default=24)
UPLOADS_PER_PERSON = env.int("UPLOADS_PER_PERSON", default=20)
# tcp://host:port or unix:///path of ClamAV; empty: the checks of the file's structure decide alone.
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")

# Whatever must be counted for all processes together is counted in the database (core.RateWindow).
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

REDIS_URL = env("REDIS_URL", default="")
# The supervisor names its own broker here when it had to fall back to files.
BROKER_URL = REDIS_URL or env("BROKER_URL", default=queue.embedded_broker_url(VAR_DIR))
globals().update(
    queue.celery_settings(
        BROKER_URL, VAR_DIR, concurrency=env.int("WORKER_CONCURRENCY", default=2), timezone="Asia/Ho_Chi_Minh"
    )
)

LOGGING = logs.configure(as_json=False, level=env("LOG_LEVEL", default="INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logs.level_number("DEBUG")

# Rules a province may set; sources stand in docs/states.md. [unverified] where the law's wording was not found.
PROVINCE_CODE = env("PROVINCE_CODE", default="75")
PROVINCE_NAME = env("PROVINCE_NAME", default="Đồng Nai")
UNDO_MINUTES = env.int("UNDO_MINUTES", default=10)
REPLY_WORKING_HOURS = env.int("REPLY_WORKING_HOURS", default=8)  # answer on receipt, [unverified]
WARNING_WORKING_HOURS = env.int("WARNING_WORKING_HOURS", default=8)
EXTENSION_LEAD_DAYS = env.int("EXTENSION_LEAD_DAYS", default=1)  # NĐ 61/2018 art. 19, [unverified] under NĐ 118/2025
MAX_EXTENSIONS = env.int("MAX_EXTENSIONS", default=1)  # as above
APOLOGY_DATE_WORKING_HOURS = env.int("APOLOGY_DATE_WORKING_HOURS", default=16)
# Fields: agency (code), on (date), counter (int).
DOSSIER_CODE_TEMPLATE = env("DOSSIER_CODE_TEMPLATE", default="{agency}-{on:%y%m%d}-{counter:04d}")
# Newly late dossiers marked in one run, each minute; the first look at old data is spread by it.
LATE_SCAN_BATCH = env.int("LATE_SCAN_BATCH", default=100)
DOSSIER_CODE_START = env.int("DOSSIER_CODE_START", default=1)

# Messages. A provider's own secrets and addresses are named in its file under notifications/channels.
ZNS_PROVIDER = env("ZNS_PROVIDER", default="simulator")
SMS_PROVIDER = env("SMS_PROVIDER", default="simulator")
# What stands in front of a message's short token; with it at most 28 characters, so at most 23 without.
SHORT_LINK_BASE: str = env("SHORT_LINK_BASE", default=PUBLIC_URL.partition("://")[2] + "/h")
# Hosts (or host:port) in our own network that outbound calls may reach, over plain http too, such as an SMS gateway.
OUTBOUND_ALLOWED_HOSTS = env.list("OUTBOUND_ALLOWED_HOSTS", default=[])
DELIVERY_THREADS = env.int("DELIVERY_THREADS", default=8 if "sqlite3" in DATABASES["default"]["ENGINE"] else 32)
DELIVERY_RUN_SECONDS = env.int("DELIVERY_RUN_SECONDS", default=25)
DELIVERY_LEASE_SECONDS = env.int("DELIVERY_LEASE_SECONDS", default=120)
# Failures in a row before a message falls to the next channel, and before it is given up on the last one (about 4 h).
ZNS_TRIES = env.int("ZNS_TRIES", default=3)
SMS_TRIES = env.int("SMS_TRIES", default=12)
UNREACHABLE_DAYS = env.int("UNREACHABLE_DAYS", default=30)
CHANNEL_PAUSE_MINUTES = env.int("CHANNEL_PAUSE_MINUTES", default=15)
