"""As little as Django runs with; the database and its kept connections are those of the portal."""

import environ

env = environ.Env()

SECRET_KEY = "reference"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "benchmarks.reference.urls"
INSTALLED_APPS = ["benchmarks.reference"]
MIDDLEWARE: list[str] = []
DATABASES = {"default": env.db_url("DATABASE_URL") | {"CONN_MAX_AGE": 300}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
USE_I18N = False
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
MEDIA_ROOT = f"{env('VAR_DIR')}/reference"
