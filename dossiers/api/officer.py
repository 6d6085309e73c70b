"""The officer's desk: queues, search, one dossier with what may follow."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import api as people
from accounts.models import Agency, User
from core import paging
from core.api import pages
from core.api.fields import Input, Output, Word
from core.api.schema import CODE, operation
from core.api.views import ApiView, answer
from dossiers import papers, queues
from dossiers.api import shapes
from dossiers.api.own import clock_of
from dossiers.api.refusals import form_refused
from dossiers.forms import queue as queue_forms
from dossiers.forms import steps as step_forms
from dossiers.models import Dossier
from dossiers.views import officer_actions, officer_dossier, officer_rows

_TAG = "officer"
SLUGS = [queue.slug for queue in queues.QUEUES]
_QUEUE = OpenApiParameter("queue", {"type": "string", "enum": SLUGS}, "path")
_DUE = ("late", "red", "amber", "tomorrow")


class QueueOut(Output):
    slug = serializers.ChoiceField(SLUGS)
    title = serializers.CharField()
    count = serializers.IntegerField(help_text="Counted up to 1,000.")
    is_more = serializers.BooleanField(help_text="There are more than that.")


class QueuesOut(Output):
    queues = QueueOut(many=True)


class QueueQuery(pages.PageQuery):
    q = serializers.CharField(required=False, default="", max_length=100, allow_blank=True)
    procedure = serializers.CharField(required=False, default="", max_length=12)
    unit = serializers.CharField(required=False, default="", max_length=20, help_text="Code of an agency.")
    assignee = serializers.RegexField(r"^([1-9][0-9]{0,8}|none)$", required=False, default="")
    due = Word(choices=_DUE, required=False, default="")
    since = serializers.DateField(required=False, default=None)
    until = serializers.DateField(required=False, default=None)


class SearchQuery(pages.PageQuery):
    q = serializers.CharField(max_length=100)


class OfficerName(Output):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="get_full_name")


class DeskRow(Output):
    code = serializers.CharField(source="dossier.code")
    status = serializers.IntegerField(source="dossier.status")
    version = serializers.IntegerField(source="dossier.version")
    procedure = shapes.ProcedureName(source="dossier.procedure")
    applicant_name = serializers.CharField(source="dossier.applicant_name")
    unit = serializers.CharField(source="dossier.unit.short_name", default="")
    assignee = OfficerName(source="dossier.assignee", allow_null=True)
    submitted_at = serializers.DateTimeField(source="dossier.submitted_at", allow_null=True)
    due_at = serializers.DateTimeField(source="due.at", allow_null=True)
    minutes_left = serializers.IntegerField(source="due.minutes", allow_null=True, help_text="Working minutes.")
    level = serializers.CharField(source="due.level", help_text="late, red, amber, ok, paused or none.")


class HistoryOut(Output):
    kind = serializers.CharField(source="event.kind")
    at = serializers.DateTimeField(source="event.at")
    who = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField())
    status = serializers.IntegerField(source="code", allow_null=True)


class NoteOut(Output):
    author = serializers.CharField(source="author.get_full_name")
    at = serializers.DateTimeField()
    text = serializers.CharField()


class MessageOut(NoteOut):
    side = serializers.CharField()


class DeskDossier(shapes.DossierOut):
    assignee = OfficerName(allow_null=True)
    result_note = serializers.CharField(help_text="As proposed, before it is approved.")
    can_undo = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField(help_text="Addresses under the dossier's that may be posted to now.")
    files = serializers.SerializerMethodField()
    history = serializers.SerializerMethodField()
    notes = NoteOut(many=True)
    messages = serializers.SerializerMethodField()
    clock = serializers.SerializerMethodField()

    def _bar(self) -> officer_actions.Bar:
        bar: officer_actions.Bar = self.context["bar"]
        return bar

    def get_can_undo(self, dossier: Dossier) -> bool:
        return self._bar().undo is not None

    def get_steps(self, dossier: Dossier) -> list[str]:
        bar = self._bar()
        kinds = [action.kind for action in (*bar.steps, *bar.aside) if action.kind is not None]
        return [kind.value.replace("_", "-") for kind in kinds]

    @extend_schema_field(shapes.PaperFile(many=True))
    def get_files(self, dossier: Dossier) -> Any:
        shown = shapes.PaperFile(papers.of(dossier), many=True, context={"address": "api:desk-paper"})
        return shown.data

    @extend_schema_field(HistoryOut(many=True))
    def get_history(self, dossier: Dossier) -> Any:
        return HistoryOut(officer_dossier.history(dossier), many=True).data

    @extend_schema_field(MessageOut(many=True))
    def get_messages(self, dossier: Dossier) -> Any:
        return MessageOut(dossier.thread.select_related("author"), many=True).data

    @extend_schema_field(shapes.ClockOut)
    def get_clock(self, dossier: Dossier) -> Any:
        return shapes.ClockOut(clock_of(dossier, at=self.context["at"])).data


class OfficersQuery(Input):
    unit = serializers.CharField(max_length=20, help_text="Code of an agency.")


class OfficersOut(Output):
    officers = OfficerName(many=True)


class Desk(ApiView):
    """What every address of the desk shares."""

    permission_classes = [people.OfficersDesk]

    def scope(self, request: Request) -> queues.Scope:
        return queues.Scope(people.user_of(request))


class Queues(Desk):
    @operation("Your queues with their counts", gives=QueuesOut, tag=_TAG)
    def get(self, request: Request) -> Response:
        scope, now = self.scope(request), timezone.now()
        found = [
            {
                "slug": queue.slug,
                "title": str(queue.title),
                "count": min(number, paging.COUNT_CAP - 1),
                "is_more": number >= paging.COUNT_CAP,
            }
            for queue in queues.queues_of(scope)
            for number in (queues.count(queue, scope, at=now),)
        ]
        return answer(QueuesOut({"queues": found}))


class Queue(Desk):
    query_serializer = QueueQuery

    @operation(
        "A page of one queue",
        gives=pages.page_of(DeskRow),
        query=QueueQuery,
        refuses=[404, 422],
        parameters=[_QUEUE],
        tag=_TAG,
    )
    def get(self, request: Request, queue: str) -> Response:
        """The filters are those of the page."""
        scope, now = self.scope(request), timezone.now()
        found = queues.by_slug(scope, queue)
        if found is None:
            raise Http404
        filters = _filters(self.query)
        try:
            page = queues.page(
                found, scope, at=now, filters=filters, cursor=self.query["cursor"], size=pages.size_of(self.query)
            )
        except paging.BadCursor as error:
            raise pages.bad_cursor() from error
        return _rows(page)


class Search(Desk):
    query_serializer = SearchQuery

    @operation(
        "Dossiers of your units by code, name, phone or identity number",
        gives=pages.page_of(DeskRow),
        query=SearchQuery,
        tag=_TAG,
    )
    def get(self, request: Request) -> Response:
        query = self.query
        try:
            page = queues.search(self.scope(request), query["q"], cursor=query["cursor"], size=pages.size_of(query))
        except paging.BadCursor as error:
            raise pages.bad_cursor() from error
        return _rows(page)


def _rows(page: queues.QueuePage) -> Response:
    return Response(pages.body(DeskRow, officer_rows.rows_of(page.rows, at=timezone.now()), page.next))


def _filters(query: dict[str, Any]) -> queues.Filters:
    """Return the filters, checked by the page's own form.

    :raises errors.ApiError: they make no sense together (422).
    """
    names = queue_forms.FilterForm.base_fields
    form = queue_forms.FilterForm({name: query[name] for name in names if query.get(name)})
    if not form.is_valid():
        raise form_refused(form.errors)
    return form.filters()


class OneDossier(Desk):
    @operation("One dossier of your units", gives=DeskDossier, refuses=[404], parameters=[CODE], tag=_TAG)
    def get(self, request: Request, code: str) -> Response:
        user, now = people.user_of(request), timezone.now()
        found = officer_dossier.find(self.scope(request), code)
        bar = officer_actions.bar(officer_actions.Standing(found, now, user))
        return answer(DeskDossier(found, context={"user": user, "at": now, "bar": bar}))


class Officers(Desk):
    query_serializer = OfficersQuery

    @operation("Who processes dossiers in a unit", gives=OfficersOut, query=OfficersQuery, tag=_TAG)
    def get(self, request: Request) -> Response:
        unit = Agency.objects.filter(code=self.query["unit"]).first()
        found: QuerySet[User] = step_forms.processors_of(unit)
        return answer(OfficersOut({"officers": found[: paging.MAX_PAGE_SIZE]}))
