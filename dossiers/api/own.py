"""The citizen's dossiers: read, supply, withdraw, write."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import api as people
from core import calendars, paging
from core.api import errors, pages
from core.api.fields import Input, Text, Whole, Word
from core.api.schema import CODE, operation
from core.api.views import ApiView, answer, read
from dossiers import deadlines, permissions, quotas, selectors, services, timeline
from dossiers.api import shapes
from dossiers.api.refusals import refusals
from dossiers.enums import ItemKind, Status
from dossiers.models import Dossier

_TAG = "dossiers"
_NEWEST = paging.Order("submitted_at", is_descending=True)
_TEXT_LENGTH = 2000
MOST_VERSION = 2**31 - 1


class DossierQuery(pages.PageQuery):
    status = Word(choices=[str(status.value) for status in Status if status], required=False, default="")


class StepIn(Input):
    expected_version = Whole(min_value=0, max_value=MOST_VERSION, help_text="The version that you read last.")


class WithdrawIn(StepIn):
    reason = Text(max_length=_TEXT_LENGTH, required=False, default="", allow_blank=True)


@extend_schema_field({"type": "object", "additionalProperties": True})
class Supplied(serializers.JSONField):
    default_error_messages = {"invalid": _("This must be an object of answers.")}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            self.fail("invalid")
        return data


class SupplyIn(StepIn):
    answers = Supplied(required=False, default=dict, help_text="By the key of the item asked for.")


class MessageIn(Input):
    text = Text(max_length=_TEXT_LENGTH)


def own_dossier(request: Request, code: str) -> Dossier:
    """Return a dossier of this person.

    :raises errors.ApiError: there is none (404).
    """
    with refusals():
        if not code.isprintable():
            raise Dossier.DoesNotExist
        dossier = selectors.by_code(request.user, code)
        if not permissions.is_filer(request.user, dossier):
            raise Dossier.DoesNotExist
    return dossier


class OwnDossierList(ApiView):
    permission_classes = [people.OwnDossiers]
    query_serializer = DossierQuery

    @operation("Your dossiers, the newest first", gives=pages.page_of(shapes.DossierRow), query=DossierQuery, tag=_TAG)
    def get(self, request: Request) -> Response:
        rows = selectors.filed_by(request.user).exclude(status=Status.DRAFT)
        if self.query["status"]:
            rows = rows.filter(status=int(self.query["status"]))
        rows = rows.select_related("procedure", "unit").defer("data", "search_text")
        found, following = pages.by_moment(rows, self.query, order=_NEWEST, salt="api.dossiers")
        shown = shapes.DossierRow(found, many=True, context={"at": timezone.now()})
        return Response({"results": shown.data, "next": following})


class OwnDossier(ApiView):
    permission_classes = [people.OwnDossiers]

    @operation("One dossier", gives=shapes.DossierOut, refuses=[404], parameters=[CODE], tag=_TAG)
    def get(self, request: Request, code: str) -> Response:
        context = {"user": people.user_of(request), "at": timezone.now()}
        return answer(shapes.DossierOut(own_dossier(request, code), context=context))


class OwnTimeline(ApiView):
    permission_classes = [people.OwnDossiers]

    @operation("What happened, the newest first", gives=shapes.TimelineOut, refuses=[404], parameters=[CODE], tag=_TAG)
    def get(self, request: Request, code: str) -> Response:
        dossier = own_dossier(request, code)
        events = list(selectors.history(dossier))
        entries = timeline.entries(dossier, events, viewer=people.user_of(request))
        return answer(shapes.TimelineOut({"entries": entries}))


class OwnClock(ApiView):
    permission_classes = [people.OwnDossiers]

    @operation("Why this due date", gives=shapes.ClockOut, refuses=[404], parameters=[CODE], tag=_TAG)
    def get(self, request: Request, code: str) -> Response:
        return answer(shapes.ClockOut(clock_of(own_dossier(request, code), at=timezone.now())))


def clock_of(dossier: Dossier, *, at: Any) -> dict[str, Any]:
    """Return the due moment with its explanation."""
    working = calendars.for_agency(dossier.agency)
    lines = deadlines.explain(selectors.clock(dossier), working, at=at)
    return {"due_at": dossier.due_at, "paused_at": dossier.paused_at, "lines": lines}


class OwnThread(ApiView):
    permission_classes = [people.OwnDossiers]

    @operation("Messages with the officers", gives=shapes.ThreadOut, refuses=[404], parameters=[CODE], tag=_TAG)
    def get(self, request: Request, code: str) -> Response:
        messages = timeline.thread(own_dossier(request, code), viewer=people.user_of(request))
        return answer(shapes.ThreadOut({"messages": messages}))

    @operation(
        "Write to the officers",
        takes=MessageIn,
        gives=shapes.Done,
        status=201,
        refuses=[404, 409, 422],
        parameters=[CODE],
        tag=_TAG,
    )
    def post(self, request: Request, code: str) -> Response:
        dossier, given = own_dossier(request, code), read(MessageIn, request.data)
        user, now = people.user_of(request), timezone.now()
        quotas.count_message(user, at=now)
        with refusals():
            services.write(dossier_id=dossier.pk, actor=user, at=now, text=given["text"])
        return Response(shapes.done(dossier.pk), status=201)


class Withdrawal(ApiView):
    permission_classes = [people.OwnDossiers]

    @operation("Withdraw", takes=WithdrawIn, gives=shapes.Done, refuses=[404, 409, 422], parameters=[CODE], tag=_TAG)
    def post(self, request: Request, code: str) -> Response:
        """This closes the dossier and can't be taken back."""
        dossier, given = own_dossier(request, code), read(WithdrawIn, request.data)
        with refusals():
            services.withdraw(
                dossier_id=dossier.pk,
                actor=people.user_of(request),
                at=timezone.now(),
                reason=given["reason"],
                expected_version=given["expected_version"],
            )
        return Response(shapes.done(dossier.pk))


class Supply(ApiView):
    permission_classes = [people.OwnDossiers]

    @operation(
        "Send what was asked for",
        takes=SupplyIn,
        gives=shapes.Done,
        refuses=[404, 409, 422],
        parameters=[CODE],
        tag=_TAG,
    )
    def post(self, request: Request, code: str) -> Response:
        """Attach the papers first. Answers are kept even when something else is still missing."""
        dossier, given = own_dossier(request, code), read(SupplyIn, request.data)
        user = people.user_of(request)
        with refusals():
            _keep(dossier, user, given["answers"])
            services.supply(
                dossier_id=dossier.pk,
                actor=user,
                at=timezone.now(),
                expected_version=given["expected_version"],
            )
        return Response(shapes.done(dossier.pk))


def _keep(dossier: Dossier, user: Any, given: dict[str, Any]) -> None:
    """Keep the answers that were sent along.

    :raises errors.ApiError: nobody asked for one of them (400).
    """
    request = selectors.open_supplement(dossier)
    asked = {item.key: item for item in request.items.all() if item.kind == ItemKind.FIELD} if request else {}
    if request is None and given:
        raise services.StepNotPossible
    unknown = {key[:130]: [_("There is no such field.")] for key in given.keys() - asked.keys()}
    if unknown:
        raise errors.bad_request(_("Nobody asked for this."), code=errors.UNKNOWN_FIELD, fields=unknown)
    for key, value in given.items():
        services.keep_supply(dossier_id=dossier.pk, actor=user, item_id=asked[key].pk, answer=value)
