from .form import FormField, FormGroup
from .immutable import PublishedIsImmutable
from .procedure import Offering, Procedure, ProcedureVersion, Sector
from .terms import Fee, RequiredPaper, RouteStep, TimeLimit

__all__ = [
    "Fee",
    "FormField",
    "FormGroup",
    "Offering",
    "Procedure",
    "ProcedureVersion",
    "PublishedIsImmutable",
    "RequiredPaper",
    "RouteStep",
    "Sector",
    "TimeLimit",
]
