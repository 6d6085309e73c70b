from .care import NotResendable, cancel, expire, hold, release, resend, use_preset
from .delivery import deliver_due
from .history import NotSimulated, deliver_past
from .leases import claim, reclaim
from .outbox import DELIVER, enqueue, send_code, withdraw_unsent
from .reports import apply_waiting, pull, record
from .texts import load_defaults

__all__ = [
    "DELIVER",
    "NotResendable",
    "NotSimulated",
    "apply_waiting",
    "cancel",
    "claim",
    "deliver_due",
    "deliver_past",
    "enqueue",
    "expire",
    "hold",
    "load_defaults",
    "pull",
    "reclaim",
    "record",
    "release",
    "resend",
    "send_code",
    "use_preset",
    "withdraw_unsent",
]
