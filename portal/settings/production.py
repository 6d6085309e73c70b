"""The mode of a real province: HTTPS only, real providers, secrets from the environment. Refuses to start otherwise."""

import os

from portal import logs
from portal.settings.base import *  # noqa: F403
from portal.settings.base import env
from portal.settings.refusal import refuse_unsafe

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
PUBLIC_URL = env("PUBLIC_URL", default="").rstrip("/")
LOGGING = logs.configure(as_json=True, level=env("LOG_LEVEL", default="INFO"))

# TLS ends at a proxy, which must set this header itself and drop the visitor's.
if env.bool("TRUST_PROXY_HEADERS", default=True):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

# The prefix makes browsers refuse a cookie of that name that was not set by this host over HTTPS.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True

refuse_unsafe(globals(), os.environ)
