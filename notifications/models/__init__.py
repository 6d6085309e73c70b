from .link import ShortLink
from .message import Attempt, Message, Receipt
from .reach import ChannelPause, Reachability
from .template import NoticeRule, Template

__all__ = [
    "Attempt",
    "ChannelPause",
    "Message",
    "NoticeRule",
    "Reachability",
    "Receipt",
    "ShortLink",
    "Template",
]
