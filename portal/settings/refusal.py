"""What production does not start with."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

MIN_SECRET_LENGTH = 50
MIN_SECRET_LETTERS = 10
_KNOWN_SECRETS = ("demo", "test", "change", "insecure", "example", "secret")
_TRUE = ("1", "true", "yes", "on", "y", "ok", "t")


def refuse_unsafe(settings: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """Look for everything that must not stand before citizens, and name it all at once.

    :raises ImproperlyConfigured: something was found.
    """
    problems = [
        *_secret(str(settings["SECRET_KEY"])),
        *_modes(settings, environment),
        *_addresses(settings, environment),
    ]
    if problems:
        raise ImproperlyConfigured("Production does not start: " + "; ".join(problems) + ".")


def _secret(key: str) -> list[str]:
    if not key:
        return ["SECRET_KEY is missing"]
    if any(word in key.lower() for word in _KNOWN_SECRETS):
        return ["SECRET_KEY is one that stands in a demo or an example"]
    if len(key) < MIN_SECRET_LENGTH or len(set(key)) < MIN_SECRET_LETTERS:
        return [f"SECRET_KEY needs at least {MIN_SECRET_LENGTH} random characters"]
    return []


def _modes(settings: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    problems = [
        f"{name} must not be on"
        for name in ("DEBUG", "DEMO")
        if settings[name] or environment.get(name, "").lower() in _TRUE
    ]
    simulated = [name for name, value in settings.items() if name.endswith("_PROVIDER") and value == "simulator"]
    return problems + [f"{name} is the simulator, which reaches no phone" for name in sorted(simulated)]


def _addresses(settings: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    problems = []
    if not environment.get("DATABASE_URL"):
        problems.append("DATABASE_URL is missing")
    if not environment.get("REDIS_URL"):
        problems.append("REDIS_URL is missing")
    if not settings["ALLOWED_HOSTS"] or "*" in settings["ALLOWED_HOSTS"]:
        problems.append("ALLOWED_HOSTS must name the site's hosts")
    if not str(settings["PUBLIC_URL"]).startswith("https://"):
        problems.append("PUBLIC_URL must be the site's https:// address")
    return problems
