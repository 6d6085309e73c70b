"""Settings of the test suite: SQLite in memory unless TEST_DATABASE_URL names a PostgreSQL."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, env

SECRET_KEY = "test"
DEMO = True
STAFF_TOTP_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if env("TEST_DATABASE_URL", default=""):
    DATABASES["default"] = env.db_url("TEST_DATABASE_URL")
else:
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
    }
