"""Settings of the test suite: SQLite in memory unless TEST_DATABASE_URL names a PostgreSQL."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, INSTALLED_APPS, STORAGES, env, queue

SECRET_KEY = "test"  # noqa: S105
DEMO = True
INSTALLED_APPS += ["django_migration_linter"]
STAFF_TOTP_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
if env("TEST_DATABASE_URL", default=""):
    DATABASES["default"] = env.db_url("TEST_DATABASE_URL")
else:
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
    }
# The doorbell rings in this process only; nobody answers.
BROKER_URL = "memory://"
globals().update(queue.celery_settings(BROKER_URL, VAR_DIR, concurrency=1, timezone="Asia/Ho_Chi_Minh"))
# Static files come from their sources, so no test needs collectstatic.
WHITENOISE_USE_FINDERS = True
