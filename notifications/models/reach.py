"""What was learned about the ways to a phone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.enums import Kind


class Reachability(models.Model):
    """A phone that a channel can't reach for now, such as a number without a Zalo account."""

    phone = models.CharField(_("mobile number"), max_length=11)
    channel = models.CharField(_("message channel"), max_length=3, choices=Kind)
    code = models.CharField(_("provider's code"), max_length=40)
    learned_at = models.DateTimeField(_("learned"))
    unreachable_until = models.DateTimeField(_("tried again from"))

    class Meta:
        verbose_name = _("phone out of reach")
        verbose_name_plural = _("phones out of reach")
        constraints = [models.UniqueConstraint(fields=["phone", "channel"], name="reach_once_per_channel")]

    def __str__(self) -> str:
        return f"{self.channel} {self.code}"


class ChannelPause(models.Model):
    """A channel that is left alone for a while because every message would fail, such as an account without money."""

    channel = models.CharField(_("message channel"), max_length=3, choices=Kind, unique=True)
    code = models.CharField(_("provider's code"), max_length=40)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("channel pause")
        verbose_name_plural = _("channel pauses")

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.code}"
