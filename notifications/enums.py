"""Words of messages: what they tell, how they travel, how far they came and whose fault it was if they did not."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a message tells; each has its texts per channel and language."""

    SUBMITTED = "submitted", _("1 Submitted")
    RECEIVED = "received", _("2 Received")
    REFUSED = "refused", _("3 Not received")
    IN_PROCESS = "in_process", _("4 In process")
    SUPPLEMENT = "supplement", _("5 More papers asked for")
    OBLIGATION = "obligation", _("6 Financial obligation")
    WITHDRAWN = "withdrawn", _("7 Withdrawn")
    STOPPED = "stopped", _("8 Processing stopped")
    RESULT_READY = "result_ready", _("9 Result ready")
    RETURNED = "returned", _("10 Result returned")
    SUPPLIED = "supplied", _("Papers supplied")
    SETTLED = "settled", _("Obligation settled")
    RESUMED = "resumed", _("Processing resumed")
    UNDONE = "undone", _("Last step undone")
    APOLOGY = "apology", _("Apology with a new date")
    APOLOGY_NO_DATE = "apology_no_date", _("Apology, no new date yet")
    APOLOGY_WORDS = "apology_words", _("Apology in a person's words")
    EXTENDED = "extended", _("Due date extended")
    OFFICER_MESSAGE = "officer_message", _("Message of an officer")
    SIGN_IN_CODE = "sign_in_code", _("One-time code")


class Kind(models.TextChoices):
    """The way of a message; which provider carries it is a setting."""

    ZNS = "zns", _("Zalo")
    SMS = "sms", _("SMS")


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    ACCEPTED = "accepted", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    HELD = "held", _("Held")
    FAILED = "failed", _("Not delivered")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


class Fault(models.TextChoices):
    """Whose fault it was: ours, the provider's for a while, or the number's for good."""

    TECHNICAL = "technical", _("technical failure")
    TEMPORARY = "temporary", _("temporary failure")
    PERMANENT = "permanent", _("permanent failure")


class Outcome(models.TextChoices):
    """How one attempt ended."""

    ACCEPTED = "accepted", _("accepted")
    RETRY = "retry", _("to be tried again")
    FALL = "fall", _("next channel")
    WAIT = "wait", _("held until later")
    DEAD = "dead", _("given up")
    LOST = "lost", _("interrupted")
    EXPIRED = "expired", _("too late")


class ReceiptStatus(models.TextChoices):
    """What a provider reports after it has accepted a message."""

    SENT = "sent", _("on its way")
    DELIVERED = "delivered", _("delivered")
    READ = "read", _("read")
    FAILED = "failed", _("not delivered")


class Preset(models.TextChoices):
    """Sets of rules that a province can choose."""

    EVERY_CHANGE = "every_change", _("Every change of status")
    DONG_NAI_NINE = "dong_nai_nine", _("Dong Nai's nine notices")
