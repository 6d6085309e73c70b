"""The dossier and what may follow what; the only writer of its status is ``dossiers.services``."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, FSMIntegerField, transition

from core.ids import uuid7
from dossiers import guards
from dossiers.enums import FINAL, PAUSING, UNDOABLE, ReturnMethod, Status
from procedures.enums import Channel


class Dossier(models.Model):
    """A request of a citizen or an enterprise under one version of a procedure."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, null=True, blank=True, unique=True)
    procedure = models.ForeignKey("procedures.Procedure", on_delete=models.PROTECT, verbose_name=_("procedure"))
    terms = models.ForeignKey("procedures.ProcedureVersion", on_delete=models.PROTECT, verbose_name=_("under version"))
    channel = models.CharField(_("channel"), max_length=7, choices=Channel, default=Channel.ONLINE)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="dossiers"
    )
    enterprise = models.ForeignKey("accounts.Enterprise", on_delete=models.PROTECT, null=True, blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="dossiers_filed")
    applicant_name = models.CharField(_("applicant"), max_length=250, blank=True)
    applicant_phone = models.CharField(_("mobile number"), max_length=11, blank=True)
    applicant_identity = models.CharField(_("identity number"), max_length=14, blank=True)
    applicant_address = models.CharField(_("address"), max_length=400, blank=True)
    applicant_email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(max_length=2, default="vi")

    agency = models.ForeignKey(
        "accounts.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("received by"),
    )
    unit = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("held by")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("officer"),
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    status = FSMIntegerField(_("status"), choices=Status.choices, default=Status.DRAFT, protected=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    data = models.JSONField(_("answers"), default=dict, blank=True)
    draft_revision = models.PositiveIntegerField(default=0, editable=False)
    return_method = models.CharField(_("result"), max_length=10, choices=ReturnMethod, default=ReturnMethod.COUNTER)
    return_address = models.CharField(_("address for the result"), max_length=400, blank=True)
    result_note = models.TextField(_("result"), blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    supplement_due_at = models.DateTimeField(_("to be supplied by"), null=True, blank=True)
    supplement_count = models.PositiveSmallIntegerField(default=0, editable=False)
    reply_due_at = models.DateTimeField(_("answer on receipt due"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    paused_at = models.DateTimeField(_("clock stands still since"), null=True, blank=True)
    overdue_since = models.DateTimeField(_("late since"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    step_position = models.PositiveSmallIntegerField(default=0)
    step_due_at = models.DateTimeField(_("this step due"), null=True, blank=True)
    step_minutes_left = models.PositiveIntegerField(null=True, blank=True, editable=False)
    warn_at = models.DateTimeField(_("warn from"), null=True, blank=True)
    search_text = models.TextField(editable=False, default="")

    # The moment for which the one door asks its guards; no column.
    as_of: datetime | None = None

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        constraints = [
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT)
                | Q(code__isnull=False, agency__isnull=False, submitted_at__isnull=False),
                name="dossier_filed_has_code",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=FINAL) | Q(closed_at__isnull=False), name="dossier_final_is_closed"
            ),
            models.CheckConstraint(
                condition=Q(status__in=(*PAUSING, Status.WITHDRAWN, Status.REFUSED)) | Q(paused_at__isnull=True),
                name="dossier_paused_in_pausing",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="dossier_of_owner"),
            # Queues: one limited query per status, in the order of the due date with a unique tiebreak.
            models.Index(fields=["unit", "status", "due_at", "id"], name="dossier_queue"),
            models.Index(
                fields=["assignee", "due_at", "id"],
                condition=Q(status__in=(Status.RECEIVED, Status.IN_PROCESS, Status.SUPPLEMENT, Status.OBLIGATION)),
                name="dossier_mine",
            ),
            models.Index(
                fields=["unit", "submitted_at", "id"], condition=Q(status=Status.SUBMITTED), name="dossier_to_receive"
            ),
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=Q(status=Status.IN_PROCESS, proposed_by__isnull=False),
                name="dossier_to_approve",
            ),
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=Q(status=Status.STOPPED, closed_at__isnull=True),
                name="dossier_stopped",
            ),
            # Money and results wait at the counter that received, whichever unit holds the dossier.
            models.Index(
                fields=["agency", "status", "due_at", "id"],
                condition=Q(status__in=(Status.OBLIGATION, Status.FINISHED)),
                name="dossier_at_counter",
            ),
            models.Index(
                fields=["unit", "status", "closed_at", "id"],
                condition=Q(closed_at__isnull=False),
                name="dossier_done",
            ),
            # The scan for newly late dossiers reads only those that could be one.
            models.Index(
                fields=["due_at"],
                condition=Q(
                    status__in=(Status.RECEIVED, Status.IN_PROCESS), overdue_since__isnull=True, due_at__isnull=False
                ),
                name="dossier_newly_late",
            ),
            models.Index(
                fields=["warn_at"],
                condition=Q(status__in=(Status.SUBMITTED, Status.RECEIVED, Status.IN_PROCESS), warn_at__isnull=False),
                name="dossier_to_warn",
            ),
        ]

    def __str__(self) -> str:
        return self.code or str(self.public_id)

    @property
    def is_open(self) -> bool:
        return self.status != Status.DRAFT and self.closed_at is None

    def is_late(self, at: datetime) -> bool:
        """Tell whether the clock runs and the due moment has passed."""
        return (
            self.closed_at is None
            and self.finished_at is None
            and self.paused_at is None
            and bool(self.due_at and self.due_at < at)
        )

    # What may follow what. Sources: the role notes of a live province's status list; no official table was found.

    @transition(status, source=Status.DRAFT, target=Status.SUBMITTED, custom={"roles": guards.FILERS})
    def submit(self) -> None: ...

    @transition(status, source=Status.SUBMITTED, target=Status.RECEIVED, custom={"roles": guards.RECEIVERS})
    def receive(self) -> None: ...

    @transition(status, source=Status.SUBMITTED, target=Status.REFUSED, custom={"roles": guards.RECEIVERS})
    @transition(
        status,
        source=Status.SUPPLEMENT,
        target=Status.REFUSED,
        conditions=[guards.supplement_is_over],
        custom={"roles": guards.RECEIVERS_OR_PROCESSORS},
    )
    def refuse(self) -> None: ...

    @transition(
        status, source=Status.RECEIVED, target=Status.IN_PROCESS, custom={"roles": guards.RECEIVERS_OR_PROCESSORS}
    )
    def start(self) -> None: ...

    @transition(
        status, source=Status.SUBMITTED, target=Status.SUPPLEMENT, custom={"roles": guards.RECEIVERS_OR_APPROVERS}
    )
    @transition(
        status, source=Status.IN_PROCESS, target=Status.SUPPLEMENT, custom={"roles": guards.PROCESSORS_OR_APPROVERS}
    )
    def request_supplement(self) -> None: ...

    @transition(
        status,
        source=Status.SUPPLEMENT,
        target=GET_STATE(guards.after_supply, states=[Status.SUBMITTED, Status.IN_PROCESS]),
        custom={"roles": guards.FILERS},
    )
    def supply(self) -> None: ...

    @transition(status, source=Status.IN_PROCESS, target=Status.OBLIGATION, custom={"roles": guards.PROCESSORS})
    @transition(status, source=Status.FINISHED, target=Status.OBLIGATION, custom={"roles": guards.RETURNERS})
    def request_obligation(self) -> None: ...

    @transition(
        status,
        source=Status.OBLIGATION,
        target=GET_STATE(guards.after_settlement, states=[Status.IN_PROCESS, Status.FINISHED]),
        custom={"roles": guards.CASHIERS},
    )
    def settle_obligation(self) -> None: ...

    @transition(
        status,
        source=[Status.SUBMITTED, Status.RECEIVED, Status.IN_PROCESS, Status.SUPPLEMENT, Status.OBLIGATION],
        target=Status.WITHDRAWN,
        conditions=[guards.is_not_finished],
        custom={"roles": guards.FILERS_ONLINE},
    )
    def withdraw(self) -> None: ...

    @transition(
        status,
        source=[Status.IN_PROCESS, Status.OBLIGATION],
        target=Status.STOPPED,
        conditions=[guards.is_not_finished],
        custom={"roles": guards.APPROVERS},
    )
    @transition(
        status,
        source=Status.SUPPLEMENT,
        target=Status.STOPPED,
        conditions=[guards.supplement_is_over, guards.was_received],
        custom={"roles": guards.APPROVERS},
    )
    def stop(self) -> None: ...

    @transition(
        status,
        source=Status.STOPPED,
        target=Status.IN_PROCESS,
        conditions=[guards.is_not_closed],
        custom={"roles": guards.APPROVERS},
    )
    def resume(self) -> None: ...

    @transition(
        status, source=Status.IN_PROCESS, target=Status.FINISHED, custom={"roles": guards.PROCESSORS_OR_APPROVERS}
    )
    def finish(self) -> None: ...

    @transition(status, source=Status.FINISHED, target=Status.RETURNED, custom={"roles": guards.RETURNERS})
    def return_result(self) -> None: ...

    @transition(
        status,
        source=UNDOABLE,
        target=GET_STATE(lambda _dossier, to: to, states=[status for status in Status if status is not Status.DRAFT]),
        custom={"roles": guards.DESK},
    )
    def undo(self, to: Status) -> None: ...


class CodeCounter(models.Model):
    """The daily counter of an agency's dossier codes, without gaps because it moves in the filing transaction."""

    agency = models.ForeignKey("accounts.Agency", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    value = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "on"], name="code_counter_once_per_day"),
            models.CheckConstraint(condition=Q(value__gte=0), name="code_counter_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.on} {self.value}"
