from .clock import ClockEntry, OverdueSpell
from .desk import ExtensionRequest, InternalNote, SavedFilter, Task, ThreadMessage
from .dossier import CodeCounter, Dossier
from .event import DossierEvent
from .paper import Paper, Upload
from .supplement import Obligation, SupplementItem, SupplementRequest

__all__ = [
    "ClockEntry",
    "CodeCounter",
    "Dossier",
    "DossierEvent",
    "ExtensionRequest",
    "InternalNote",
    "Obligation",
    "OverdueSpell",
    "Paper",
    "SavedFilter",
    "SupplementItem",
    "SupplementRequest",
    "Task",
    "ThreadMessage",
    "Upload",
]
