"""The mode of ``make run``: everything embedded, demo people, simulated providers. Never for real citizens."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import env

DEMO = True
# Known to everybody who reads this file; production refuses it.
SECRET_KEY = env("SECRET_KEY", default="demo-only-secret-key-that-production-refuses")
STAFF_TOTP_REQUIRED = env.bool("STAFF_TOTP_REQUIRED", default=False)
