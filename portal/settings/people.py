"""How people sign in, how long they stay, and what holds back whoever tries too often."""

import environ

env = environ.Env()

AUTHENTICATION_BACKENDS = ["accounts.backends.NameOrPhoneBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "accounts.validators.MaximumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"

# Only the second factor's primitives of allauth are used; its pages and its sign-up are not.
ACCOUNT_ADAPTER = "accounts.adapters.ClosedAccountAdapter"
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_TOTP_ISSUER = env("TOTP_ISSUER", default="Mot Cua")
STAFF_TOTP_REQUIRED = env.bool("STAFF_TOTP_REQUIRED", default=True)

# Behind these addresses the roles of officers and administrators count.
STAFF_PREFIXES = ("/can-bo/", "/quan-tri/")
STAFF_HOME = "/can-bo/"
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)
STAFF_SESSION_HOURS = env.int("STAFF_SESSION_HOURS", default=12)
# How long leaders may decide on dossiers after they have shown who they are; 0: as long as the session lasts.
STEP_UP_MINUTES = env.int("STEP_UP_MINUTES", default=30)
CITIZEN_IDLE_MINUTES = env.int("CITIZEN_IDLE_MINUTES", default=120)
CITIZEN_SESSION_HOURS = env.int("CITIZEN_SESSION_HOURS", default=24)

# How many proxies of our own stand before the site; 0: X-Forwarded-For is not believed at all.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# Sign-in messages a day that the province is ready to pay for.
CODE_DAILY_BUDGET = env.int("CODE_DAILY_BUDGET", default=20_000)
# Alert when fewer than this share of the codes of an hour are used, once so many were sent.
CODE_ALERT_SHARE = env.float("CODE_ALERT_SHARE", default=0.3)
CODE_ALERT_MINIMUM = env.int("CODE_ALERT_MINIMUM", default=50)
# The longest time for which a citizen may let another act for them [unverified].
MANDATE_MAX_DAYS = env.int("MANDATE_MAX_DAYS", default=730)
