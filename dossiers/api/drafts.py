"""The citizen's drafts: begin, fill in group by group, throw away, submit."""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import api as people
from accounts import rules
from accounts import selectors as people_selectors
from accounts.models import Agency, Enterprise, User
from core import paging, phones
from core.api import errors, idempotency, pages
from core.api.fields import Input, Text, Whole, Word
from core.api.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH, operation
from core.api.views import ApiView, answer, no_content, read
from core.clock import ZONE
from dossiers import permissions, quotas, selectors, services
from dossiers.api import answers, shapes
from dossiers.api.refusals import by_place, refusals
from dossiers.enums import ReturnMethod, Status
from dossiers.models import Dossier
from procedures import selectors as catalogue
from procedures.models import Procedure, ProcedureVersion

_TAG = "drafts"
_NEWEST = paging.Order("created_at", is_descending=True)
_SHOWN_COLUMNS = (
    "agency_id",
    "applicant_name",
    "applicant_phone",
    "applicant_identity",
    "applicant_address",
    "applicant_email",
    "language",
    "return_method",
    "return_address",
)


class DraftIn(Input):
    procedure = Text(max_length=12)
    agency = Text(max_length=20, required=False, help_text="Code of an agency that receives the procedure.")
    enterprise = Text(max_length=14, required=False, help_text="Tax code of an enterprise of yours.")
    mandate = Whole(min_value=1, max_value=2**53, required=False, help_text="Id of a mandate that you hold.")


class DraftChange(Input):
    agency = Text(max_length=20, required=False)
    applicant_name = Text(max_length=250, required=False)
    applicant_phone = Text(max_length=20, required=False)
    applicant_address = Text(max_length=400, required=False, allow_blank=True)
    applicant_email = Text(max_length=254, required=False, allow_blank=True)
    language = Word(choices=["vi", "en"], required=False)
    return_method = Word(choices=ReturnMethod.values, required=False)
    return_address = Text(max_length=400, required=False, allow_blank=True)


@extend_schema_field({"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]})
class GroupAnswers(serializers.JSONField):
    default_error_messages = {"invalid": _("This must be an object, or a list of objects.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and all(isinstance(row, dict) for row in data):
            return data
        if not isinstance(data, dict):
            self.fail("invalid")
        return data


class AnswersIn(Input):
    answers = GroupAnswers()


def own_draft(request: Request, public_id: UUID) -> Dossier:
    """Return a draft of this person.

    :raises errors.ApiError: there is none (404).
    """
    with refusals():
        draft = selectors.by_public_id(request.user, public_id)
        if draft.status != Status.DRAFT or not permissions.is_filer(request.user, draft):
            raise Dossier.DoesNotExist
    return draft


def etag_of(draft: Dossier) -> str:
    """Return the ETag of what a caller reads of a draft; papers have a list of their own."""
    kept = [draft.draft_revision, *(str(getattr(draft, name)) for name in _SHOWN_COLUMNS)]
    return '"' + hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:20] + '"'


def _require_match(request: Request, draft: Dossier) -> None:
    """Make sure that the caller has read the draft as it is now.

    :raises errors.ApiError: no If-Match (428), or not the newest (412).
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise errors.ApiError(status=HTTPStatus.PRECONDITION_REQUIRED)
    if given != "*" and etag_of(draft) not in [part.strip() for part in given.split(",")]:
        raise errors.ApiError(status=HTTPStatus.PRECONDITION_FAILED)


def _shown(draft: Dossier) -> Response:
    return answer(shapes.DraftOut(draft), ETag=etag_of(draft))


def _field_error(name: str, message: Any) -> errors.ApiError:
    return errors.unprocessable(message, fields={name: [message]})


class Drafts(ApiView):
    permission_classes = [people.OwnDossiers]
    query_serializer = pages.PageQuery

    @operation("Your drafts, the newest first", gives=pages.page_of(shapes.DraftRow), query=pages.PageQuery, tag=_TAG)
    def get(self, request: Request) -> Response:
        rows = selectors.filed_by(request.user).filter(status=Status.DRAFT).select_related("procedure")
        found = pages.by_moment(rows.defer("data", "search_text"), self.query, order=_NEWEST, salt="api.drafts")
        return Response(pages.body(shapes.DraftRow, *found))

    @operation(
        "Begin a draft",
        takes=DraftIn,
        gives=shapes.DraftMade,
        status=201,
        refuses=[409, 422],
        parameters=[IDEMPOTENCY_KEY],
        tag=_TAG,
    )
    def post(self, request: Request) -> Response:
        """It is filled in from the profile; read it with the id that you get."""
        given, user, now = read(DraftIn, request.data), people.user_of(request), timezone.now()

        def effect() -> tuple[int, dict[str, Any]]:
            procedure = _procedure(given["procedure"])
            quotas.count_start(user, at=now)
            with refusals():
                draft = services.start_draft(
                    procedure=procedure,
                    actor=user,
                    at=now,
                    owner=_grantor(user, given.get("mandate"), now),
                    enterprise=_enterprise(user, given.get("enterprise")),
                    agency=_agency(procedure, given.get("agency")),
                )
            return HTTPStatus.CREATED, dict(shapes.DraftMade(draft).data)

        return idempotency.once(request, effect, at=now)


def _procedure(code: str) -> Procedure:
    try:
        return catalogue.published(code).procedure
    except ProcedureVersion.DoesNotExist as error:
        raise _field_error("procedure", _("There is no such procedure on offer.")) from error


def _agency(procedure: Procedure, code: str | None) -> Agency | None:
    if code is None:
        return None
    found = catalogue.offering_agencies(procedure.pk).filter(code=code).first()
    if found is None:
        raise _field_error("agency", _("Choose the agency that receives the dossier."))
    return found


def _enterprise(user: User, tax_code: str | None) -> Enterprise | None:
    if tax_code is None:
        return None
    place = people_selectors.memberships_of(user).filter(enterprise__tax_code=tax_code).first()
    if place is None:
        raise _field_error("enterprise", _("This is no enterprise of yours."))
    return place.enterprise


def _grantor(user: User, mandate: int | None, at: Any) -> User | None:
    if mandate is None:
        return None
    found = people_selectors.mandates_held(user, at=at).filter(pk=mandate).first()
    if found is None:
        raise _field_error("mandate", _("You hold no such mandate."))
    return found.grantor


class Draft(ApiView):
    permission_classes = [people.OwnDossiers]

    @operation("One draft", gives=shapes.DraftOut, refuses=[404], parameters=[ETAG], tag=_TAG)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        return _shown(own_draft(request, id))

    @operation(
        "Change what stands beside the answers",
        takes=DraftChange,
        gives=shapes.DraftOut,
        refuses=[404, 412, 422, 428],
        parameters=[IF_MATCH, ETAG],
        tag=_TAG,
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        draft = own_draft(request, id)
        _require_match(request, draft)
        columns = _columns(draft, read(DraftChange, request.data))
        with refusals():
            services.update_draft(public_id=id, actor=people.user_of(request), at=timezone.now(), **columns)
        return _shown(own_draft(request, id))

    @operation("Throw a draft away", status=204, refuses=[404, 412, 428], parameters=[IF_MATCH], tag=_TAG)
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        _require_match(request, own_draft(request, id))
        with refusals():
            services.delete_draft(public_id=id, actor=people.user_of(request))
        return no_content()


def _columns(draft: Dossier, given: dict[str, Any]) -> dict[str, Any]:
    """Return the columns to set, cleaned as the pages clean them.

    :raises errors.ApiError: a value that a person would be asked to correct (422).
    """
    columns: dict[str, Any] = {
        name: rules.clean_line(value) if isinstance(value, str) else value for name, value in given.items()
    }
    if "agency" in columns:
        columns["agency"] = _agency(draft.procedure, given["agency"])
    if columns.get("applicant_name") == "":
        raise _field_error("applicant_name", _("Enter the applicant's name."))
    try:
        if "applicant_phone" in columns:
            columns["applicant_phone"] = phones.normalise_mobile(given["applicant_phone"])
        if columns.get("applicant_email"):
            validate_email(columns["applicant_email"])
    except phones.InvalidPhone as error:
        raise _field_error("applicant_phone", _("This is not a Vietnamese mobile number.")) from error
    except ValidationError as error:
        raise _field_error("applicant_email", error.messages[0]) from error
    return columns


class DraftAnswers(ApiView):
    permission_classes = [people.OwnDossiers]

    @operation(
        "Put the answers of one group",
        takes=AnswersIn,
        gives=shapes.DraftOut,
        refuses=[404, 412, 422, 428],
        parameters=[IF_MATCH, ETAG],
        tag=_TAG,
    )
    def put(self, request: Request, id: UUID, group: str) -> Response:  # noqa: A002
        """They replace the group. What is missing may follow; what is there must be readable."""
        draft, now = own_draft(request, id), timezone.now()
        _require_match(request, draft)
        given = read(AnswersIn, request.data)["answers"]
        kept = answers.checked(draft, group, given, on=now.astimezone(ZONE).date())
        with refusals():
            services.save_answers(
                public_id=id,
                actor=people.user_of(request),
                group=group,
                answers=kept,
                base_revision=draft.draft_revision,
                at=now,
            )
        return _shown(own_draft(request, id))


class DraftMissing(ApiView):
    permission_classes = [people.OwnDossiers]

    @operation("What a draft still lacks", gives=shapes.Missing, refuses=[404], tag=_TAG)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        found = by_place(services.missing(own_draft(request, id), at=timezone.now()))
        return answer(shapes.Missing({"is_complete": not found, "missing": found}))


class SubmitIn(Input):
    """Nothing: what is submitted stands in the draft."""


class DraftSubmission(ApiView):
    permission_classes = [people.OwnDossiers]

    @operation(
        "Submit a draft",
        takes=SubmitIn,
        gives=shapes.Submitted,
        refuses=[404, 409, 422],
        parameters=[IDEMPOTENCY_KEY],
        tag=_TAG,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """It gets its code; submitting once more, under whichever key, changes nothing and tells the same."""
        user, now = people.user_of(request), timezone.now()
        with refusals():
            draft = selectors.by_public_id(user, id)
            if not permissions.is_filer(user, draft):
                raise Dossier.DoesNotExist
        read(SubmitIn, request.data)

        def effect() -> tuple[int, dict[str, Any]]:
            with refusals():
                services.submit(dossier_id=draft.pk, actor=user, at=now)
            return HTTPStatus.OK, dict(shapes.Submitted(Dossier.objects.get(pk=draft.pk)).data)

        return idempotency.once(request, effect, at=now)
