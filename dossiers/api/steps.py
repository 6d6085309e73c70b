"""Every step of the desk at its own address: the pages' own form and service call behind a strict input."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import api as people
from accounts.models import Agency
from core.api import errors
from core.api.fields import Day, Input, Text, Whole, Word
from core.api.schema import CODE, operation
from core.api.views import read
from dossiers.api import shapes
from dossiers.api.officer import Desk
from dossiers.api.own import StepIn
from dossiers.api.refusals import check_version, form_refused, refusals
from dossiers.enums import ItemKind, ReasonCode
from dossiers.forms import steps
from dossiers.views import officer_actions, officer_dossier, officer_proof

_TEXT = steps.TEXT_LENGTH
_MOST_VND = 10**12
_MOST_ID = 2**31 - 1
_MOST_ITEMS = 300
_PROOF_REQUIRED = _("Show once more who you are, at /tai-khoan/xac-nhan/; then send this again.")


class Prose(Text):
    """A text of some length."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": _TEXT, **options})


class NoteStep(StepIn):
    note = Prose(required=False, allow_blank=True, help_text="For colleagues.")


class ReasonStep(StepIn):
    reason = Prose(help_text="The citizen will read it.")


class UndoStep(StepIn):
    reason = Prose(required=False, allow_blank=True)


class StartStep(NoteStep):
    unit = Text(max_length=20, help_text="Code of the agency that processes it.")
    assignee = Whole(min_value=1, max_value=_MOST_ID, required=False, help_text="Id of an officer there.")


class AssignStep(StepIn):
    assignee = Whole(min_value=1, max_value=_MOST_ID, help_text="Id of an officer of the unit.")


class ItemIn(Input):
    kind = Word(choices=ItemKind.values)
    key = Text(max_length=130, help_text="group.field, group.0.field, or the key of a paper.")
    reason = Word(choices=ReasonCode.values)
    comment = Prose(max_length=500, required=False, allow_blank=True, help_text="What to do.")


class SupplementStep(StepIn):
    items = serializers.ListField(child=ItemIn(), min_length=1, max_length=_MOST_ITEMS)
    guidance = Prose(required=False, allow_blank=True)


class ObligationStep(StepIn):
    what = Prose(max_length=200, help_text="The citizen will read it.")
    amount_vnd = Whole(min_value=1, max_value=_MOST_VND)
    due_at = Day(required=False, help_text="The day to pay by.")


class SettleStep(StepIn):
    amount_vnd = Whole(min_value=1, max_value=_MOST_VND)
    receipt_number = Prose(max_length=60)
    payer = Prose(max_length=250, required=False, allow_blank=True)


class ResultStep(StepIn):
    result = Prose(help_text="Number and day of the paper, and what it says.")


class ExtensionStep(ReasonStep):
    new_due_at = Day(help_text="The proposed day.")


class ExtendStep(StepIn):
    letter_number = Prose(max_length=60)


class CommitDateStep(ReasonStep):
    new_due_at = Day(help_text="The new day. It is a promise.")


class ApologyStep(StepIn):
    words = Prose(help_text="They go to the citizen.")


class TextStep(Input):
    """What others did meanwhile does not make a message wrong, so no version is asked for."""

    text = Prose()


class Step(Desk):
    """Takes one step; what differs stands in the table below."""

    action: ClassVar[officer_actions.Action]
    takes: ClassVar[type[Input]]

    def post(self, request: Request, code: str) -> Response:
        user, now = people.user_of(request), timezone.now()
        dossier = officer_dossier.find(self.scope(request), code)
        # A token has no session: whoever issued it asked for the second factor, and it says how far it goes.
        if request.auth is None and officer_proof.is_owed(request._request, self.action, dossier, user):
            raise errors.ApiError(_PROOF_REQUIRED, status=HTTPStatus.FORBIDDEN, code="proof_required")
        given = read(self.takes, request.data)
        version = given.pop("expected_version", dossier.version)
        check_version(dossier, version, to_officer=True)
        with refusals(to_officer=True):
            officer_actions.may_take(self.action, dossier, user, at=now)
            form = self.action.form(_typed(given, version), moment=steps.Moment(dossier, user, now))
            _check_items(form, given)
            if not form.is_valid():
                raise form_refused(form.errors)
            self.action.call(dossier, actor=user, at=now, version=version, **form.arguments())
        return Response(shapes.done(dossier.pk))


def _typed(given: dict[str, Any], version: int) -> dict[str, Any]:
    """Return the input as the page's form would send it."""
    typed: dict[str, Any] = {name: str(value) for name, value in given.items() if name != "items"}
    if "unit" in given:
        typed["unit"] = _unit(given["unit"])
    for item in given.get("items", ()):
        place = _place(item)
        typed |= {
            f"{place}:asked": "on",
            f"{place}:reason": item["reason"],
            f"{place}:comment": item.get("comment", ""),
        }
    return typed | {"version": str(version)}


def _unit(code: str) -> str:
    found = Agency.objects.filter(code=code, is_active=True).values_list("pk", flat=True).first()
    if found is None:
        raise errors.unprocessable(
            _("There is no such agency."), code="invalid_step", fields={"unit": [_("There is no such agency.")]}
        )
    return str(found)


def _place(item: dict[str, Any]) -> str:
    return f"{item['kind']}:{item['key']}"


def _check_items(form: steps.StepForm, given: dict[str, Any]) -> None:
    """Make sure that each place asked for exists in the dossier, and once.

    :raises errors.ApiError: one does not (422).
    """
    places = [_place(item) for item in given.get("items", ())]
    faults = {
        f"items.{number}.key": [_("The dossier has no such place, or it stands here twice.")]
        for number, place in enumerate(places)
        if f"{place}:asked" not in form.fields or places.index(place) != number
    }
    if faults:
        raise errors.unprocessable(_("This can't be accepted as it is."), code="invalid_step", fields=faults)


# From the page's action to what the API asks for it.
_INPUTS: dict[str, type[Input]] = {
    "tiep-nhan": NoteStep,
    "chuyen-xu-ly": StartStep,
    "trinh-ket-qua": ResultStep,
    "duyet-ket-qua": ResultStep,
    "tra-ket-qua": NoteStep,
    "ghi-nhan-nop-tien": SettleStep,
    "tiep-tuc": NoteStep,
    "yeu-cau-bo-sung": SupplementStep,
    "yeu-cau-nop-tien": ObligationStep,
    "tu-choi": ReasonStep,
    "dung": ReasonStep,
    "dong": ReasonStep,
    "phan-cong": AssignStep,
    "chuyen-don-vi": StartStep,
    "xin-gia-han": ExtensionStep,
    "duyet-gia-han": ExtendStep,
    "tu-choi-gia-han": ReasonStep,
    "hen-lai": CommitDateStep,
    "xin-loi": ApologyStep,
    "nhan-tin": TextStep,
    "ghi-chu": TextStep,
    "hoan-tac": UndoStep,
}


def name_of(action: officer_actions.Action) -> str:
    """Return the last part of a step's address, such as ``request-supplement``."""
    return action.kind.value.replace("_", "-") if action.kind else "add-note"


def _view(action: officer_actions.Action, takes: type[Input]) -> Callable[..., HttpResponseBase]:
    title = name_of(action).replace("-", " ")
    named = "".join(word.capitalize() for word in title.split())

    @operation(
        title.capitalize(), takes=takes, gives=shapes.Done, refuses=[404, 409, 422], parameters=[CODE], tag="steps"
    )
    def post(self: Step, request: Request, code: str) -> Response:
        return Step.post(self, request, code)

    members = {"action": action, "takes": takes, "post": post, "operation_name": named}
    return type(f"{named}Step", (Step,), members).as_view()  # type: ignore[attr-defined]


STEPS = {name_of(action): _view(action, _INPUTS[slug]) for slug, action in officer_actions.BY_SLUG.items()}
