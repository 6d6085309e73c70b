"""The deadline ledger: the due moment of a dossier is a replay of its clock rows under its agency's working time."""

from dossiers.deadlines.explain import Line, explain
from dossiers.deadlines.ledger import extend, pause, recalculate, resume, start, stop, void
from dossiers.deadlines.remaining import Remaining, minutes_left, remaining
from dossiers.deadlines.replay import ClockError, ClockState, due, state

__all__ = [
    "ClockError",
    "ClockState",
    "Line",
    "Remaining",
    "due",
    "explain",
    "extend",
    "minutes_left",
    "pause",
    "recalculate",
    "remaining",
    "resume",
    "start",
    "state",
    "stop",
    "void",
]
