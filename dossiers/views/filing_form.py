"""One group of questions on one screen, and saving it while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.forms.boundfield import BoundField
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import rules
from core import clock, phones
from dossiers import services
from dossiers.models import Dossier
from dossiers.views import filing, filing_keeping
from procedures import forms as eforms

# Buttons that draw the group again instead of going on.
_REDRAWS = ("refresh", "add_row", "remove_row")


@dataclass(frozen=True)
class Row:
    """The questions of one row; ``number`` is 0 where the group does not repeat."""

    number: int
    index: int
    questions: list[BoundField]


class GroupScreen:
    """One group of a draft: its form in every state that the screen can show."""

    def __init__(self, draft: Dossier, key: str, *, at: datetime) -> None:
        self.journey = filing.journey_of(draft, at=at)
        group = self.journey.group(key)
        if group is None:
            raise Http404
        self.draft, self.group, self.key = draft, group, filing.group_stop(key)
        self.url = self.journey.url("group", key)

    @property
    def answers(self) -> dict[str, Any]:
        """What is answered so far; at the counter, a group not yet opened takes what is known of the applicant."""
        if not filing.is_at_counter(self.draft):
            return dict(self.draft.data)
        return {**eforms.prefill(self.draft.terms, _applicant(self.draft)), **self.draft.data}

    def form(
        self, *, data: Mapping[str, Any] | None = None, own: Any = None, rows: int | None = None
    ) -> eforms.AnyForm:
        """Return the group's form: as posted, with answers of its own, or as the draft has it."""
        answers = self.answers if own is None else {**self.answers, self.group.key: own}
        form = eforms.form_for(
            self.group, on=self.journey.on, answers=answers, data=data, rows=rows, units=self.journey.units
        )
        if isinstance(form, eforms.RowsForm) and data is not None:
            _check_rows(form)
        return form

    def redrawn(self, data: QueryDict) -> tuple[eforms.AnyForm, int]:
        """Return the form with what was typed and no errors, and how many rows it shows."""
        posted = self.form(data=data)
        rows = _rows_left(posted) + ("add_row" in data)
        return self.form(own=posted.draft, rows=rows), rows

    def context(self, request: HttpRequest, form: eforms.AnyForm, **more: Any) -> dict[str, Any]:
        """Return what the page, or its fragment, shows."""
        stored = self.draft.data.get(self.group.key)
        return {
            **filing.frame(request, self.journey, self.key),
            "group": self.group,
            "form": form,
            "rows": _rows(form),
            "is_watched": any(question.is_watched for question in self.group.asked),
            "may_add": isinstance(form, eforms.RowsForm) and len(form.forms) < self.group.max_rows,
            "url": self.url,
            "autosave_url": self.journey.url("autosave", self.group.key),
            "revision": self.draft.draft_revision,
            "stamp": filing_keeping.stamp(stored),
            "keep_under": f"{request.user.pk}:{self.draft.public_id}:{self.group.key}",
            **more,
        }


def _check_rows(form: eforms.RowsForm) -> None:
    """Make sure that the posted form says how many rows it has, so that no nonsense empties the group.

    :raises BadRequest: it does not.
    """
    head = form.management_form
    if not head.is_valid() or (head.cleaned_data["TOTAL_FORMS"] or 0) < 0:
        raise BadRequest


def _applicant(draft: Dossier) -> dict[str, object]:
    # An enterprise's code is no identity number of a person.
    is_person = len(draft.applicant_identity) == rules.IDENTITY_DIGITS
    return {
        "full_name": draft.applicant_name,
        "phone": phones.display_mobile(draft.applicant_phone) if draft.applicant_phone else "",
        "identity_number": draft.applicant_identity if is_person else "",
    }


def _rows_left(form: eforms.AnyForm) -> int:
    if not isinstance(form, eforms.RowsForm):
        return 0
    removed = sum(bool(row.data.get(row.add_prefix("DELETE"))) for row in form.forms)
    return len(form.forms) - removed


def _rows(form: eforms.AnyForm) -> list[Row]:
    if not isinstance(form, eforms.RowsForm):
        return [Row(0, 0, list(form.visible_fields()))]
    return [
        Row(index + 1, index, [bound for bound in row.visible_fields() if bound.name != "DELETE"])
        for index, row in enumerate(form.forms)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@filing.draft_page
def group(request: HttpRequest, draft: Dossier, key: str) -> HttpResponse:
    """Show a group's questions, or take the answers: they are kept even when some are wrong."""
    now = timezone.now()
    screen = GroupScreen(draft, key, at=now)
    if request.method == "POST":
        filing_keeping.check_whole(request)
        return _take(request, screen, _posted(request, key), at=now)
    held = filing_keeping.kept(request, draft=draft, group=key, at=now)
    if held is not None:
        form, _rows_shown = screen.redrawn(held)
        return render(request, "filing/group.html", screen.context(request, form, was_signed_out=True))
    form = screen.form(rows=_number(request.GET.get("dong", "")))
    return render(request, "filing/group.html", screen.context(request, form))


def _posted(request: HttpRequest, key: str) -> QueryDict:
    """Return what was posted, with the row that a button takes out marked as such."""
    data = request.POST.copy()
    if "remove_row" in data:
        data[f"{key}-{_number(request.POST['remove_row'])}-DELETE"] = "on"
    return data


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0


def _take(request: HttpRequest, screen: GroupScreen, data: QueryDict, *, at: datetime) -> HttpResponse:
    is_redraw = any(name in data for name in _REDRAWS)
    if is_redraw and request.headers.get("HX-Request"):
        # The script saves by itself; here only the questions are drawn as the answers make them.
        form, _rows_shown = screen.redrawn(data)
        return render(request, "filing/_questions.html", screen.context(request, form))
    form = screen.form(data=data)
    try:
        _save(request, screen, form, at=at)
    except services.DraftConflict:
        return render(request, "filing/group.html", screen.context(request, form, is_conflict=True), status=409)
    if is_redraw:
        rows = screen.redrawn(data)[1]
        query = f"?dong={rows}" + ("&ve=review" if filing.returns_to_review(request) else "")
        return filing.SeeOther(f"{screen.url}{query}#questions")
    if "later" not in data and not form.is_valid():
        return render(request, "filing/group.html", screen.context(request, form), status=422)
    return filing.onward(request, filing.journey_of(screen.draft, at=at), screen.key)


def _save(request: HttpRequest, screen: GroupScreen, form: eforms.AnyForm, *, at: datetime) -> None:
    """Keep what was typed, and let the draft in memory know."""
    draft = screen.draft
    draft.draft_revision = filing_keeping.save(
        draft=draft,
        actor=request.user,  # type: ignore[arg-type]
        group=screen.group.key,
        answers=form.draft,
        base=filing_keeping.base_of(request),
        seen=request.POST.get("stamp", ""),
        at=at,
    )
    draft.data = {**draft.data, screen.group.key: form.draft}


@require_POST
@filing.draft_page
def autosave(request: HttpRequest, draft: Dossier, key: str) -> HttpResponse:
    """Keep what has been typed so far; every answer is JSON for the script on the page."""
    now = timezone.now()
    screen = GroupScreen(draft, key, at=now)
    filing_keeping.check_whole(request)
    form = screen.form(data=request.POST)
    try:
        _save(request, screen, form, at=now)
    except services.DraftConflict as conflict:
        text = _("The draft has just been changed on another device.")
        theirs = filing_keeping.stamp(draft.data.get(key))
        return filing.refusal(409, "conflict", text, revision=conflict.revision, stamp=theirs)
    return JsonResponse(
        {
            "revision": draft.draft_revision,
            "stamp": filing_keeping.stamp(form.draft),
            "at": now.astimezone(clock.ZONE).strftime("%H:%M"),
        }
    )
