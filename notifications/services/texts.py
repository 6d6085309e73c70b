"""Bringing the shipped texts, and a switch for each of them, into the database."""

from __future__ import annotations

from notifications import defaults, rules
from notifications.models import NoticeRule, Template


def load_defaults() -> int:
    """Add the shipped text wherever there is none, and return how many were added; what was edited stays."""
    switched = set(NoticeRule.objects.values_list("topic", flat=True))
    NoticeRule.objects.bulk_create(
        [NoticeRule(topic=topic) for topic in rules.SWITCHABLE if topic.value not in switched], ignore_conflicts=True
    )
    known = set(Template.objects.values_list("topic", "channel", "language"))
    missing = [
        Template(topic=topic, channel=kind, language=language, body=body)
        for (topic, kind, language), body in defaults.TEXTS.items()
        if (topic.value, kind.value, language) not in known
    ]
    return len(Template.objects.bulk_create(missing, ignore_conflicts=True))
