"""Words of the dossier: the legal statuses with their national codes, and what can happen."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.IntegerChoices):
    """Draft, and the ten statuses whose numbers the National Portal's synchronisation uses."""

    DRAFT = 0, _("Draft")
    SUBMITTED = 1, _("Newly registered")
    RECEIVED = 2, _("Received")
    REFUSED = 3, _("Not received")
    IN_PROCESS = 4, _("In process")
    SUPPLEMENT = 5, _("More papers asked for")
    OBLIGATION = 6, _("Financial obligation")
    WITHDRAWN = 7, _("Withdrawn")
    STOPPED = 8, _("Processing stopped")
    FINISHED = 9, _("Processed")
    RETURNED = 10, _("Result returned")


# The clock stands still in these: facts of the deadline rules of a live province.
PAUSING = (Status.SUPPLEMENT, Status.OBLIGATION, Status.STOPPED)
# Nothing follows these; a stopped dossier may be closed too and then has closed_at.
FINAL = (Status.REFUSED, Status.WITHDRAWN, Status.RETURNED)

# A status an officer's step can have led to, so that the step can be undone; never one that the citizen chose.
UNDOABLE = [
    Status.RECEIVED,
    Status.REFUSED,
    Status.IN_PROCESS,
    Status.SUPPLEMENT,
    Status.OBLIGATION,
    Status.STOPPED,
    Status.FINISHED,
    Status.RETURNED,
]


class EventKind(models.TextChoices):
    """What happened; the kinds named like transitions change the status, the others do not."""

    SUBMIT = "submit", _("Submitted")
    RECEIVE = "receive", _("Received")
    REFUSE = "refuse", _("Not received")
    START = "start", _("Processing begun")
    REQUEST_SUPPLEMENT = "request_supplement", _("More papers asked for")
    SUPPLY = "supply", _("Papers supplied")
    REQUEST_OBLIGATION = "request_obligation", _("Payment asked for")
    SETTLE_OBLIGATION = "settle_obligation", _("Obligation settled")
    WITHDRAW = "withdraw", _("Withdrawn")
    STOP = "stop", _("Processing stopped")
    RESUME = "resume", _("Processing resumed")
    FINISH = "finish", _("Result ready")
    RETURN_RESULT = "return_result", _("Result returned")
    UNDO = "undo", _("Last step undone")
    # no change of status
    CLOSE = "close", _("Closed")
    ASSIGN = "assign", _("Assigned")
    FORWARD = "forward", _("Forwarded")
    PROPOSE = "propose", _("Result proposed")
    WRITE = "write", _("Message written")
    REQUEST_EXTENSION = "request_extension", _("Extension asked for")
    EXTEND = "extend", _("Due date extended")
    DENY_EXTENSION = "deny_extension", _("Extension denied")
    STEP_WARNING = "step_warning", _("Deadline near")
    OVERDUE = "overdue", _("Overdue")
    APOLOGISE = "apologise", _("Apology written")
    COMMIT_DATE = "commit_date", _("New date committed")
    RECALCULATE = "recalculate", _("Calendar changed")


# Steps that the officer who took them may take back within a setting.
UNDOABLE_STEPS = (
    EventKind.RECEIVE,
    EventKind.REFUSE,
    EventKind.START,
    EventKind.REQUEST_SUPPLEMENT,
    EventKind.REQUEST_OBLIGATION,
    EventKind.SETTLE_OBLIGATION,
    EventKind.STOP,
    EventKind.RESUME,
    EventKind.FINISH,
    EventKind.RETURN_RESULT,
)


class ClockKind(models.TextChoices):
    """Rows of the deadline ledger."""

    START = "start", _("Clock started")
    PAUSE = "pause", _("Clock stands still")
    RESUME = "resume", _("Clock runs again")
    EXTEND = "extend", _("Due date moved")
    CALENDAR = "calendar", _("Days off changed")
    STOP = "stop", _("Clock ended")
    VOID = "void", _("Step undone")


class ReturnMethod(models.TextChoices):
    COUNTER = "counter", _("At the counter")
    POST = "post", _("By post to my address")
    ELECTRONIC = "electronic", _("Electronic copy on this site")


class PaperState(models.TextChoices):
    """A paper is served to nobody before it is safe."""

    PENDING = "pending", _("Being checked")
    SAFE = "safe", _("Checked")
    REJECTED = "rejected", _("Not accepted")


class ItemKind(models.TextChoices):
    FIELD = "field", _("Answer")
    PAPER = "paper", _("Paper")


class ReasonCode(models.TextChoices):
    """Why an answer or a paper is asked for again."""

    MISSING = "missing", _("Is missing")
    UNREADABLE = "unreadable", _("Can't be read")
    EXPIRED = "expired", _("No longer valid")
    WRONG = "wrong", _("Does not agree with other papers")
    NOT_SIGNED = "not_signed", _("Signature or seal is missing")
    OTHER = "other", _("Other")


class ExtensionState(models.TextChoices):
    PENDING = "pending", _("Waiting for the leader")
    APPROVED = "approved", _("Approved")
    DENIED = "denied", _("Denied")


class TaskKind(models.TextChoices):
    COMMIT_DATE = "commit_date", _("Commit to a new date")
    WRITE_APOLOGY = "write_apology", _("Write an apology in your own words")
    STEP_WARNING = "step_warning", _("Deadline near")
    DECIDE_EXTENSION = "decide_extension", _("Decide on an extension")


class Side(models.TextChoices):
    CITIZEN = "citizen", _("Citizen")
    OFFICER = "officer", _("Officer")
