"""What messages say, and which of them a province sends."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications import wording
from notifications.enums import Kind, Topic


class Template(models.Model):
    """The text of one topic on one channel in one language; administrators edit it, every worker reads it anew."""

    topic = models.CharField(_("about"), max_length=20, choices=Topic)
    channel = models.CharField(_("message channel"), max_length=3, choices=Kind)
    language = models.CharField(_("language"), max_length=2, choices=[("vi", "Tiếng Việt"), ("en", "English")])
    body = models.TextField(
        _("text"),
        help_text=_("Variables stand in {braces}; a part in [brackets] is left out when its variable is unknown."),
    )
    zns_template_id = models.CharField(
        _("template number at Zalo"), max_length=40, blank=True, help_text=_("Without it Zalo is not used.")
    )
    keeps_accents = models.BooleanField(
        _("SMS with diacritics"), default=False, help_text=_("70 characters a part instead of 160.")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["topic", "channel", "language"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "channel", "language"], name="template_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()} · {self.get_channel_display()} · {self.language}"

    def clean(self) -> None:
        """Refuse a text that could not be sent, or that tells too much.

        :raises ValidationError: a variable is unknown or missing, or an address other than ours stands in the text.
        """
        faults = wording.faults(self.body, topic=Topic(self.topic)) if self.topic else []
        if faults:
            raise ValidationError({"body": faults})


class NoticeRule(models.Model):
    """Whether a topic is sent at all; without a row it is."""

    topic = models.CharField(_("about"), max_length=20, choices=Topic, unique=True)
    is_sent = models.BooleanField(_("is sent"), default=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices: who hears of what")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_topic_display()
