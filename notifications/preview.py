"""A text as a phone would get it, for the administrator who writes it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import segments, wording
from notifications.enums import Kind, Topic
from notifications.models import Template

# Zalo: a paragraph has 9 to 400 characters (help.nxlink.ai).
ZNS_PARAGRAPH = 400


@dataclass(frozen=True)
class Preview:
    """A text with the longest real values, how long that is, and what is wrong with it."""

    text: str
    size: str
    is_too_long: bool
    faults: list[str]


def of(template: Template) -> Preview:
    """Show what a template makes."""
    kind, topic = Kind(template.channel), Topic(template.topic)
    faults = wording.faults(template.body, topic=topic)
    if faults:
        return Preview("", "–", False, faults)
    values = {name: value for name, value in wording.LONGEST.items() if name in wording.variables_of(topic)}
    text = wording.compose(template.body, values, kind=kind, keeps_accents=template.keeps_accents)
    if kind is Kind.ZNS:
        size = ngettext("%(count)d character", "%(count)d characters", len(text)) % {"count": len(text)}
        return Preview(text, size, len(text) > ZNS_PARAGRAPH, [])
    measured = segments.measure(text)
    parts = ngettext("%(count)d part", "%(count)d parts", measured.parts) % {"count": measured.parts}
    size = _("%(units)d characters (%(encoding)s), %(parts)s") % {
        "units": measured.units,
        "encoding": measured.encoding,
        "parts": parts,
    }
    return Preview(text, size, measured.parts > 1, [])


def variables(topic: Topic) -> str:
    """Name what a text of a topic may use, with an example of each."""
    names = sorted(wording.variables_of(topic))
    return ", ".join(f"{{{name}}} {wording.LONGEST[name]}" for name in names)
