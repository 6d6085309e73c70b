"""Bringing the shipped texts into the database."""

from __future__ import annotations

from notifications import defaults
from notifications.models import Template


def load_defaults() -> int:
    """Add the shipped text wherever there is none, and return how many were added; edited ones stay."""
    known = set(Template.objects.values_list("topic", "channel", "language"))
    missing = [
        Template(topic=topic, channel=kind, language=language, body=body)
        for (topic, kind, language), body in defaults.TEXTS.items()
        if (topic.value, kind.value, language) not in known
    ]
    return len(Template.objects.bulk_create(missing, ignore_conflicts=True))
