"""The portal as it is measured: every middleware and every check of a real one, with a local provider."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import env

# Of the databases of one run only, which are gone with it.
SECRET_KEY = env("SECRET_KEY", default="benchmarks")
STAFF_TOTP_REQUIRED = True
SMS_PROVIDER = "esms"
ZNS_PROVIDER = "zalo_zns"  # its templates have no numbers, so messages go by SMS
OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
