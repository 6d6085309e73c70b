"""What an officer can do to a dossier: one row for each action, from its address to its service call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import calendars
from dossiers import permissions, services
from dossiers.enums import UNDOABLE_STEPS, EventKind, ExtensionState, TaskKind
from dossiers.forms import steps, supplement
from dossiers.models import Dossier, DossierEvent, ExtensionRequest, OverdueSpell, Task

if TYPE_CHECKING:
    from accounts.models import User


class Standing:
    """What stands around a dossier and decides which steps make sense; each part is read when first asked for."""

    def __init__(self, dossier: Dossier, at: datetime, user: User) -> None:
        self.dossier = dossier
        self.at = at
        self.user = user

    @cached_property
    def extension(self) -> ExtensionRequest | None:
        """The extension that waits for the leader."""
        return self.dossier.extensions.filter(state=ExtensionState.PENDING).select_related("requested_by").first()

    @cached_property
    def spell(self) -> OverdueSpell | None:
        """The last missed due moment."""
        return self.dossier.spells.order_by("number").last()


def _always(standing: Standing) -> bool:
    return True


def _decides_extension(standing: Standing) -> bool:
    """Nobody decides their own wish."""
    return standing.extension is not None and standing.extension.requested_by_id != standing.user.pk


def _may_still_extend(standing: Standing) -> bool:
    working = calendars.for_agency(standing.dossier.agency)
    return services.extension_obstacle(standing.dossier, at=standing.at, working=working) is None


def _is_overdue(standing: Standing) -> bool:
    return standing.dossier.overdue_since is not None


def _owes_apology(standing: Standing) -> bool:
    return standing.spell is not None and standing.spell.apologised_at is None


Call = Callable[..., Any]


@dataclass(frozen=True)
class Action:
    """``title`` stands on the button, ``effect`` says before the step what follows from it."""

    slug: str
    kind: EventKind | None
    title: Promise
    effect: Promise
    form: type[steps.StepForm]
    call: Call
    variant: str = "secondary"
    is_ready: Callable[[Standing], bool] = _always

    @property
    def finality(self) -> str:
        """Say whether the step can be taken back."""
        if self.kind in UNDOABLE_STEPS:
            return gettext("You can take this step back within %(minutes)d minutes, as long as nothing follows it.") % {
                "minutes": settings.UNDO_MINUTES
            }
        return gettext("This step can't be taken back.")

    @property
    def confirm_variant(self) -> str:
        """The button that takes the step is the page's one primary button, or its warning."""
        return "warning" if self.variant == "warning" else ""

    @property
    def is_aside(self) -> bool:
        """Tell whether the action leaves the dossier where it is in its course, so that it stands behind the others."""
        return self.kind is None or self.kind in permissions.ACTS.keys() - {EventKind.PROPOSE, EventKind.CLOSE}


def _step(service: Callable[..., Any]) -> Call:
    def call(dossier: Dossier, *, actor: User, at: datetime, version: int, **arguments: Any) -> Any:
        return service(dossier_id=dossier.pk, actor=actor, at=at, expected_version=version, **arguments)

    return call


def _write(dossier: Dossier, *, actor: User, at: datetime, version: int, text: str) -> Any:
    # What others did meanwhile does not make a message wrong.
    return services.write(dossier_id=dossier.pk, actor=actor, at=at, text=text)


def _add_note(dossier: Dossier, *, actor: User, at: datetime, version: int, text: str) -> Any:
    return services.add_note(dossier=dossier, actor=actor, at=at, text=text)


K = EventKind
ACTIONS = (
    Action(
        "tiep-nhan",
        K.RECEIVE,
        _("Receive"),
        _("The clock starts, and the citizen is told the due date."),
        steps.NoteForm,
        _step(services.receive),
        variant="",
    ),
    Action(
        "chuyen-xu-ly",
        K.START,
        _("Begin processing"),
        _("The dossier goes to the unit that processes it, and the citizen is told."),
        steps.StartForm,
        _step(services.start),
        variant="",
    ),
    Action(
        "trinh-ket-qua",
        K.PROPOSE,
        _("Propose the result"),
        _("The leader decides on the result; nothing reaches the citizen yet."),
        steps.ResultForm,
        _step(services.propose),
        variant="",
    ),
    Action(
        "duyet-ket-qua",
        K.FINISH,
        _("Approve the result"),
        _("The clock ends, and the citizen is told that the result is ready."),
        steps.ResultForm,
        _step(services.finish),
        variant="",
    ),
    Action(
        "tra-ket-qua",
        K.RETURN_RESULT,
        _("Return the result"),
        _("The dossier is closed, and the citizen is told."),
        steps.ReturnForm,
        _step(services.return_result),
        variant="",
    ),
    Action(
        "ghi-nhan-nop-tien",
        K.SETTLE_OBLIGATION,
        _("Record the payment"),
        _("The clock runs again from now on."),
        steps.SettleForm,
        _step(services.settle_obligation),
        variant="",
    ),
    Action(
        "tiep-tuc",
        K.RESUME,
        _("Resume processing"),
        _("The clock runs again from now on, and the citizen is told."),
        steps.NoteForm,
        _step(services.resume),
        variant="",
    ),
    Action(
        "yeu-cau-bo-sung",
        K.REQUEST_SUPPLEMENT,
        _("Ask for more papers"),
        _("The clock stands still until everything is supplied. Ask for all that is missing at once."),
        supplement.SupplementForm,
        _step(services.request_supplement),
    ),
    Action(
        "yeu-cau-nop-tien",
        K.REQUEST_OBLIGATION,
        _("Ask for a payment"),
        _("The citizen is told the amount and the day; before the result, the clock stands still."),
        steps.ObligationForm,
        _step(services.request_obligation),
    ),
    Action(
        "tu-choi",
        K.REFUSE,
        _("Refuse the dossier"),
        _("The dossier is closed, and the citizen reads your reason."),
        steps.ReasonForm,
        _step(services.refuse),
        variant="warning",
    ),
    Action(
        "dung",
        K.STOP,
        _("Stop processing"),
        _("The clock stands still, and the citizen reads your reason. It can be resumed until it is closed."),
        steps.ReasonForm,
        _step(services.stop),
        variant="warning",
    ),
    Action(
        "dong",
        K.CLOSE,
        _("Close for good"),
        _("Nothing can follow; the citizen would have to file anew."),
        steps.ReasonForm,
        _step(services.close),
        variant="warning",
    ),
    Action(
        "phan-cong",
        K.ASSIGN,
        _("Assign"),
        _("The officer finds the dossier in their own queue."),
        steps.AssignForm,
        _step(services.assign),
    ),
    Action(
        "chuyen-don-vi",
        K.FORWARD,
        _("Pass on to another unit"),
        _("The other unit holds the dossier and answers for it from now on."),
        steps.ForwardForm,
        _step(services.forward),
    ),
    Action(
        "xin-gia-han",
        K.REQUEST_EXTENSION,
        _("Ask for an extension"),
        _("The leader decides; until then the due date stays."),
        steps.ExtensionForm,
        _step(services.request_extension),
        is_ready=_may_still_extend,
    ),
    Action(
        "duyet-gia-han",
        K.EXTEND,
        _("Approve the extension"),
        _("The due date moves, and the citizen is told the new one with the reason."),
        steps.ExtendForm,
        _step(services.extend),
        is_ready=_decides_extension,
    ),
    Action(
        "tu-choi-gia-han",
        K.DENY_EXTENSION,
        _("Deny the extension"),
        _("The due date stays as it is."),
        steps.ReasonForm,
        _step(services.deny_extension),
        is_ready=_decides_extension,
    ),
    Action(
        "hen-lai",
        K.COMMIT_DATE,
        _("Commit to a new day"),
        _("The citizen is told the new day with your reason. It is a promise."),
        steps.CommitDateForm,
        _step(services.commit_date),
        is_ready=_is_overdue,
    ),
    Action(
        "xin-loi",
        K.APOLOGISE,
        _("Write an apology"),
        _("Your words go to the citizen."),
        steps.ApologyForm,
        _step(services.apologise),
        is_ready=_owes_apology,
    ),
    Action(
        "nhan-tin",
        K.WRITE,
        _("Write to the citizen"),
        _("The citizen reads it on the dossier's page."),
        steps.TextForm,
        _write,
    ),
    Action(
        "ghi-chu",
        None,
        _("Write an internal note"),
        _("Only officers see it."),
        steps.InternalNoteForm,
        _add_note,
    ),
)
UNDO = Action(
    "hoan-tac",
    EventKind.UNDO,
    _("Take the last step back"),
    _("Status, clock and requests stand as before the step, and the history shows both."),
    steps.UndoForm,
    _step(services.undo),
)
BY_SLUG = {action.slug: action for action in (*ACTIONS, UNDO)}
ANSWERS = {
    TaskKind.COMMIT_DATE: EventKind.COMMIT_DATE,
    TaskKind.WRITE_APOLOGY: EventKind.APOLOGISE,
    TaskKind.DECIDE_EXTENSION: EventKind.EXTEND,
}
# These have their place beside the messages and the notes, not in the bar.
_WRITTEN_IN_PLACE = ("nhan-tin", "ghi-chu")


def may_take(action: Action, dossier: Dossier, user: User, *, at: datetime) -> None:
    """Make sure that the officer may take the action now, whoever asks by whichever address.

    :raises services.StepNotPossible: it does not exist from here.
    :raises services.NotPermitted: others may take it.
    """
    if action.kind is None:
        return
    if action is UNDO:
        if services.undoable(dossier, actor=user, at=at) is None:
            raise services.StepNotPossible
        return
    if not permissions.is_possible(dossier, action.kind, at=at) or not action.is_ready(Standing(dossier, at, user)):
        raise services.StepNotPossible
    if permissions.party_for(user, dossier, action.kind) is None:
        raise services.NotPermitted


@dataclass(frozen=True)
class WayBack:
    """The officer's own last step, which may still be taken back."""

    action: Action
    last: DossierEvent


@dataclass(frozen=True)
class Bar:
    """The action bar: the steps of the law first, then what leaves the status alone, then the way back."""

    steps: list[Action]
    aside: list[Action]
    undo: WayBack | None
    can_write: bool

    def answer_to(self, task: Task) -> Action | None:
        """Return the action that settles a task, where it is this officer's to take."""
        wanted = ANSWERS.get(TaskKind(task.kind))
        return next((action for action in self.aside if action.kind == wanted), None)


def bar(standing: Standing) -> Bar:
    """Return what this officer may do now, and nothing else."""
    dossier, at, user = standing.dossier, standing.at, standing.user
    allowed = set(permissions.next_steps(user, dossier, at=at))
    open_now = [action for action in ACTIONS if action.kind in allowed and action.is_ready(standing)]
    last = services.undoable(dossier, actor=user, at=at)
    shown = [action for action in open_now if action.slug not in _WRITTEN_IN_PLACE]
    return Bar(
        steps=[action for action in shown if not action.is_aside],
        aside=[action for action in shown if action.is_aside],
        undo=WayBack(UNDO, last) if last else None,
        can_write=EventKind.WRITE in allowed,
    )
