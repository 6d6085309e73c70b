"""The catalogue for programs: what there is, what a procedure asks and promises, and who receives it."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import AgencyLevel
from core.api import pages
from core.api.fields import Output, Word
from core.api.permissions import Anybody
from core.api.schema import operation
from core.api.views import ApiView, answer
from procedures import forms, selectors
from procedures.enums import Channel, CollectWhen, FeeKind, FieldType, LifeEvent, TimeUnit
from procedures.models import ProcedureVersion

_TAG = "catalogue"
_SHARED = "public, max-age=60"
_CODE = OpenApiParameter("code", {"type": "string", "maxLength": 12}, "path", description="National code.")


class ProcedureQuery(pages.PageQuery):
    q = serializers.CharField(required=False, default="", max_length=100, allow_blank=True)
    sector = serializers.CharField(required=False, default="", max_length=80, help_text="Short name of a sector.")
    level = Word(choices=AgencyLevel.values, required=False, default="")
    life_event = Word(choices=LifeEvent.values, required=False, default="")


class SectorOut(Output):
    slug = serializers.CharField()
    name = serializers.CharField()


class ProcedureRow(Output):
    code = serializers.CharField()
    name = serializers.CharField()
    sector = SectorOut()
    levels = serializers.ListField(child=serializers.ChoiceField(AgencyLevel.values))
    life_events = serializers.ListField(child=serializers.ChoiceField(LifeEvent.values))


@extend_schema_field({"type": ["object", "null"]})
class Condition(serializers.JSONField):
    """A rule that says when something is asked for; null: always."""


class FieldOut(Output):
    """One question of the e-form."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help_text = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(FieldType.values)
    is_required = serializers.BooleanField()
    choices = serializers.SerializerMethodField(help_text="Pairs of value and label.")
    limits = serializers.DictField()
    condition = Condition(help_text="Asked for only when this holds; null: always.")

    @extend_schema_field({"type": "array", "items": {"type": "array", "items": {"type": "string"}}})
    def get_choices(self, field: forms.FieldDef) -> list[list[str]]:
        return [list(pair) for pair in field.choices]


class GroupOut(Output):
    """Questions asked together; the answers of a repeating group are a list of objects."""

    key = serializers.CharField()
    title = serializers.CharField()
    help_text = serializers.CharField()  # type: ignore[assignment]
    is_repeating = serializers.BooleanField()
    min_rows = serializers.IntegerField()
    max_rows = serializers.IntegerField()
    condition = Condition(help_text="Asked for only when this holds; null: always.")
    fields = FieldOut(many=True)  # type: ignore[assignment]


class PaperOut(Output):
    key = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.CharField()
    is_required = serializers.BooleanField()
    is_looked_up = serializers.BooleanField(help_text="The agency looks it up itself; nothing needs to be sent.")
    condition = Condition(help_text="Asked for only when this holds; null: always.")


class FeeOut(Output):
    kind = serializers.ChoiceField(FeeKind.values)
    name = serializers.CharField()
    channel = serializers.ChoiceField([*Channel.values, ""], help_text="Empty: whichever channel.")
    amount_vnd = serializers.IntegerField(allow_null=True, help_text="null: the source names no figure.")
    collect_when = serializers.ChoiceField(CollectWhen.values)
    note = serializers.CharField()


class TimeLimitOut(Output):
    channel = serializers.ChoiceField(Channel.values)
    value = serializers.IntegerField(allow_null=True, help_text="null: the law sets no date.")
    unit = serializers.ChoiceField(TimeUnit.values)
    note = serializers.CharField()


class ResultOut(Output):
    name = serializers.CharField()
    code = serializers.CharField(required=False)


class ProcedureOut(Output):
    code = serializers.CharField(source="procedure.code")
    name = serializers.CharField()
    version = serializers.IntegerField(source="number")
    published_at = serializers.DateTimeField()
    sector = SectorOut(source="procedure.sector")
    subjects = serializers.CharField()
    authority = serializers.CharField()
    how = serializers.CharField()
    where = serializers.CharField()
    legal_basis = serializers.CharField()
    results = ResultOut(many=True)
    supplement_days = serializers.IntegerField(help_text="Working days to supply what is missing.")
    groups = GroupOut(many=True, source="form_groups")
    papers = PaperOut(many=True)
    fees = FeeOut(many=True)
    time_limits = TimeLimitOut(many=True)


class AgencyQuery(pages.PageQuery):
    place = serializers.CharField(
        required=False, default="", max_length=100, allow_blank=True, help_text="Part of a commune's name."
    )


class AgencyOut(Output):
    code = serializers.CharField()
    name = serializers.CharField()
    address = serializers.CharField()
    phone = serializers.CharField()


def _page(rows: QuerySet[Any], query: dict[str, Any], salt: str) -> tuple[list[Any], str]:
    """Return a page in the order of the codes."""
    size, cursor = pages.size_of(query), query["cursor"]
    if cursor:
        try:
            rows = rows.filter(code__gt=str(signing.loads(cursor, salt=salt)))
        except signing.BadSignature as error:
            raise pages.bad_cursor() from error
    found = list(rows.order_by("code")[: size + 1])
    following = signing.dumps(found[size - 1].code, salt=salt) if len(found) > size else ""
    return found[:size], following


class Procedures(ApiView):
    permission_classes = [Anybody]
    query_serializer = ProcedureQuery
    cache_control = _SHARED

    @operation("Procedures on offer", gives=pages.page_of(ProcedureRow), query=ProcedureQuery, tag=_TAG)
    def get(self, request: Request) -> Response:
        """In the order of their codes; ``q`` finds without diacritics."""
        query = self.query
        found = selectors.search(
            query["q"], sector=query["sector"], level=query["level"], life_event=query["life_event"]
        )
        return Response(pages.body(ProcedureRow, *_page(found, query, "api.procedures")))


class Procedure(ApiView):
    permission_classes = [Anybody]
    cache_control = _SHARED

    @operation("What one procedure asks and promises", gives=ProcedureOut, refuses=[404], parameters=[_CODE], tag=_TAG)
    def get(self, request: Request, code: str) -> Response:
        version = _published(code)
        version.form_groups = forms.definition_of(version).groups  # type: ignore[attr-defined]
        return answer(ProcedureOut(version))


class Agencies(ApiView):
    permission_classes = [Anybody]
    query_serializer = AgencyQuery
    cache_control = _SHARED

    @operation(
        "Agencies that receive a procedure",
        gives=pages.page_of(AgencyOut),
        query=AgencyQuery,
        refuses=[404],
        parameters=[_CODE],
        tag=_TAG,
    )
    def get(self, request: Request, code: str) -> Response:
        found = selectors.offering_agencies(_published(code).procedure_id, place=self.query["place"])
        return Response(pages.body(AgencyOut, *_page(found, self.query, "api.agencies")))


def _published(code: str) -> ProcedureVersion:
    """Return the version in force.

    :raises Http404: no such procedure is on offer.
    """
    try:
        return selectors.published(code.replace("\0", ""))
    except ProcedureVersion.DoesNotExist as error:
        raise Http404 from error
