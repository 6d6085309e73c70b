"""The demo's settings with what a run under kills needs: unbuilt static files, and sign-ins that cost nothing."""

from portal.settings.demo import *  # noqa: F403
from portal.settings.demo import LOGGING, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Each ring is a line by which the harness sees that beat is back.
LOGGING["loggers"]["celery.beat"]["level"] = "INFO"
