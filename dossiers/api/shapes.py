"""What the API tells of drafts and dossiers; nothing here is ever read from a request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import Output
from dossiers import papers, permissions, selectors
from dossiers.enums import EventKind, ItemKind, PaperState, ReasonCode, ReturnMethod, Side, Status
from dossiers.models import Dossier, Paper

STATUS = serializers.ChoiceField(Status.values, help_text="0 draft; 1 to 10 as the national portal counts.")


class ProcedureName(Output):
    code = serializers.CharField()
    name = serializers.CharField()


class AgencyName(Output):
    code = serializers.CharField()
    name = serializers.CharField()


class DraftRow(Output):
    id = serializers.UUIDField(source="public_id")
    procedure = ProcedureName()
    applicant_name = serializers.CharField()
    revision = serializers.IntegerField(source="draft_revision")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


# Who asks; on a dossier for an enterprise, the enterprise.
class Applicant(Output):
    applicant_name = serializers.CharField()
    applicant_phone = serializers.CharField()
    applicant_identity = serializers.CharField()
    applicant_address = serializers.CharField()
    applicant_email = serializers.CharField()
    language = serializers.CharField()
    return_method = serializers.ChoiceField(ReturnMethod.values)
    return_address = serializers.CharField()


class DraftOut(DraftRow, Applicant):
    version = serializers.IntegerField(source="terms.number", help_text="Of the procedure.")
    agency = AgencyName(allow_null=True)
    answers = serializers.DictField(source="data", help_text="By group; a list where the group repeats.")


class DraftMade(Output):
    """Holds nothing personal, because it is kept for the repetition of the request."""

    id = serializers.UUIDField(source="public_id")
    procedure = serializers.CharField(source="procedure.code")
    revision = serializers.IntegerField(source="draft_revision")


class Missing(Output):
    is_complete = serializers.BooleanField()
    missing = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class Submitted(Output):
    """Holds nothing personal, because it is kept for the repetition of the request."""

    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    status = STATUS
    version = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    reply_due_at = serializers.DateTimeField(allow_null=True)


class DossierRow(Output):
    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    status = STATUS
    version = serializers.IntegerField()
    procedure = ProcedureName()
    unit = AgencyName(allow_null=True)
    applicant_name = serializers.CharField()
    submitted_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True, help_text="The clock stands still since.")
    finished_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    is_late = serializers.SerializerMethodField()

    def get_is_late(self, dossier: Dossier) -> bool:
        at: datetime = self.context["at"]
        return dossier.is_late(at)


class ItemOut(Output):
    kind = serializers.ChoiceField(ItemKind.values)
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.ChoiceField(ReasonCode.values)
    comment = serializers.CharField()


class SupplementOut(Output):
    number = serializers.IntegerField()
    requested_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    guidance = serializers.CharField()
    items = ItemOut(many=True)


class ObligationOut(Output):
    what = serializers.CharField()
    amount_vnd = serializers.IntegerField()
    due_at = serializers.DateTimeField()


class DossierOut(DossierRow, Applicant):
    answers = serializers.DictField(source="data")
    result = serializers.SerializerMethodField(help_text="Empty until it is approved.")
    supplement = serializers.SerializerMethodField()
    obligation = serializers.SerializerMethodField()
    next_steps = serializers.SerializerMethodField()

    def get_result(self, dossier: Dossier) -> str:
        return dossier.result_note if dossier.finished_at else ""

    @extend_schema_field(SupplementOut(allow_null=True))
    def get_supplement(self, dossier: Dossier) -> Any:
        found = selectors.open_supplement(dossier)
        return SupplementOut(found).data if found else None

    @extend_schema_field(ObligationOut(allow_null=True))
    def get_obligation(self, dossier: Dossier) -> Any:
        found = dossier.obligations.filter(settled_at=None, cancelled_at=None).first()
        return ObligationOut(found).data if found else None

    def get_next_steps(self, dossier: Dossier) -> list[EventKind]:
        """Return what this person may do now."""
        return permissions.next_steps(self.context["user"], dossier, at=self.context["at"])


class EntryOut(Output):
    title = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(help_text="The unit that answers for it, or the citizen's side.")
    lines = serializers.ListField(child=serializers.CharField())
    status = serializers.IntegerField(source="code", allow_null=True, help_text="To which it led, if it changed.")
    is_undone = serializers.BooleanField()


class TimelineOut(Output):
    entries = EntryOut(many=True)


class LineOut(Output):
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.CharField()


class ClockOut(Output):
    """Why the due date is what it is."""

    due_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True)
    lines = LineOut(many=True)


class SaidOut(Output):
    by = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.CharField()
    side = serializers.ChoiceField(Side.values)


class ThreadOut(Output):
    messages = SaidOut(many=True)


class Done(Output):
    """A step was taken."""

    code = serializers.CharField()
    status = STATUS
    version = serializers.IntegerField()
    due_at = serializers.DateTimeField(allow_null=True)


class PaperFile(Output):
    id = serializers.UUIDField(source="public_id")
    component = serializers.CharField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    pages = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    state = serializers.ChoiceField(PaperState.values, help_text="Only a safe one can be downloaded.")
    note = serializers.SerializerMethodField()
    uploaded_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField(help_text="Where to download it; empty until it is safe.")

    def get_note(self, paper: Paper) -> str:
        return str(papers.row_of(paper).note)

    def get_url(self, paper: Paper) -> str:
        if paper.state != PaperState.SAFE:
            return ""
        return reverse(self.context["address"], args=[paper.public_id])


class PaperAsked(Output):
    component = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_required = serializers.BooleanField()
    can_attach = serializers.BooleanField(source="can_edit")


class PapersOut(Output):
    asked = PaperAsked(many=True)
    files = PaperFile(many=True)


def done(dossier_id: int) -> dict[str, Any]:
    """Return what a step left behind."""
    found: dict[str, Any] = dict(
        Done(Dossier.objects.only("code", "status", "version", "due_at").get(pk=dossier_id)).data
    )
    return found
