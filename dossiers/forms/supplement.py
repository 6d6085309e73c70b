"""The one form that asks for everything that is missing: each answer and each paper with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from core import clock
from dossiers import papers
from dossiers.enums import ItemKind, ReasonCode
from dossiers.forms.steps import TEXT_LENGTH, StepForm
from dossiers.models import Dossier
from dossiers.services import Asked
from procedures import forms as eforms

PARTS = ("asked", "reason", "comment")
_COMMENT_LENGTH = 500


@dataclass(frozen=True)
class Place:
    """An answer or a paper that can be asked for again, with what stands there now."""

    kind: ItemKind
    key: str
    label: str
    now: str = ""

    @property
    def name(self) -> str:
        """Return the prefix of the controls of this place."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True)
class PlaceRow:
    """The controls of one place, for the page."""

    place: Place
    is_asked: BoundField
    reason: BoundField
    comment: BoundField


@dataclass(frozen=True)
class PlaceGroup:
    title: Any
    rows: list[PlaceRow]


class SupplementForm(StepForm):
    """Checkbox, reason and comment for every place, so that nothing has to be asked for a second time."""

    guidance = forms.CharField(
        label=_("Guidance for all of it"),
        required=False,
        max_length=TEXT_LENGTH,
        help_text=_("Where to get the papers, how they should look, whom to call."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dossier = self.moment.dossier
        on = self.moment.at.astimezone(clock.ZONE).date()
        self._groups = [(title, list(places)) for title, places in places_of(dossier, on=on)]
        for place in self._places():
            self.fields |= _controls(place)

    def _places(self) -> Iterator[Place]:
        for _title, places in self._groups:
            yield from places

    @property
    def is_second(self) -> bool:
        """A second request is the exception that a leader answers for."""
        return self.moment.dossier.supplement_count > 0

    @property
    def groups(self) -> list[PlaceGroup]:
        """Return the places with their controls, group by group."""
        return [PlaceGroup(title, [self._row(place) for place in places]) for title, places in self._groups]

    def _row(self, place: Place) -> PlaceRow:
        return PlaceRow(place, *(self[f"{place.name}:{part}"] for part in PARTS))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for place in self._places():
            asked, reason, comment = (cleaned.get(f"{place.name}:{part}") for part in PARTS)
            if asked and not reason:
                self.add_error(f"{place.name}:reason", _("Choose the reason."))
            if not asked and (reason or comment):
                self.add_error(f"{place.name}:asked", _("Mark this place too, or empty its reason."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        return {"items": list(self._asked()), "guidance": self.cleaned_data["guidance"]}

    def _asked(self) -> Iterator[Asked]:
        for place in self._places():
            given = {part: self.cleaned_data[f"{place.name}:{part}"] for part in PARTS}
            if given["asked"]:
                yield Asked(place.kind, place.key, place.label, ReasonCode(given["reason"]), given["comment"])


def places_of(dossier: Dossier, *, on: Any) -> Iterator[tuple[Any, Iterator[Place]]]:
    """Yield the answers group by group, and then the papers."""
    given = {line.name: line.text for section in eforms.display(dossier.terms, dossier.data) for line in section.rows}
    for group in eforms.visible_groups(dossier.terms, dossier.data, on=on):
        yield group.title, _answers(group, dossier.data.get(group.key), given)
    yield _("Papers"), _papers(dossier, on)


def _answers(group: eforms.GroupDef, values: Any, given: dict[str, str]) -> Iterator[Place]:
    rows = len(values) if group.is_repeating and isinstance(values, list) else 0
    numbers = range(min(rows, group.max_rows)) if group.is_repeating else [None]
    for number in numbers:
        for question in group.asked:
            key = question.name if number is None else f"{group.key}.{number}.{question.key}"
            label = question.label if number is None else f"{question.label} ({number + 1})"
            yield Place(ItemKind.FIELD, key, label, given.get(key, ""))


def _papers(dossier: Dossier, on: Any) -> Iterator[Place]:
    attached: dict[str, list[str]] = {}
    for paper in papers.of(dossier):
        attached.setdefault(paper.component, []).append(paper.name)
    for paper_def in eforms.papers_asked(dossier.terms, dossier.data, on=on):
        yield Place(ItemKind.PAPER, paper_def.key, paper_def.name, ", ".join(attached.get(paper_def.key, [])))


def _controls(place: Place) -> dict[str, forms.Field]:
    return {
        f"{place.name}:asked": forms.BooleanField(label=place.label, required=False),
        f"{place.name}:reason": forms.ChoiceField(
            label=_("Reason"), required=False, choices=[("", _("Choose the reason")), *ReasonCode.choices]
        ),
        f"{place.name}:comment": forms.CharField(
            label=_("What to do"), required=False, max_length=_COMMENT_LENGTH, widget=forms.TextInput
        ),
    }
