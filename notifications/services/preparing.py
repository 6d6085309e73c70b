"""From a claimed row to a text on the way: which channel, which template, which words. All reads of a batch in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications import links as addresses
from notifications import registry, wording
from notifications.channels.base import Channel, Outgoing
from notifications.enums import Fault, Kind
from notifications.models import ChannelPause, Message, Reachability, Template
from notifications.services import links

FALLBACK_LANGUAGE = "vi"
# What Zalo, whose texts are fixed, is told for a variable that has no value.
_UNKNOWN = {"vi": "chưa xác định", "en": "not set"}


class NotSendable(Exception):
    """The message can't be made into a text; ``args[0]`` is the code that the operator sees."""

    fault = Fault.TECHNICAL


@dataclass(frozen=True)
class Prepared:
    """A message with its channel, ready to be handed over without another look at the database."""

    message: Message
    channel: Channel
    outgoing: Outgoing


class Batch:
    """What must be known to prepare some messages, read once for all of them."""

    def __init__(self, messages: Sequence[Message], *, at: datetime) -> None:
        self._at = at
        self._channels: dict[Kind, Channel] = {kind: registry.in_use(kind) for kind in Kind}
        self._templates: Mapping[tuple[str, str, str], Template] = {
            (template.topic, template.channel, template.language): template
            for template in Template.objects.filter(is_active=True)
        }
        phones = {message.phone for message in messages}
        self._unreachable = set(
            Reachability.objects.filter(phone__in=phones, channel=Kind.ZNS, unreachable_until__gt=at).values_list(
                "phone", flat=True
            )
        )
        self._is_zns_paused = ChannelPause.objects.filter(channel=Kind.ZNS, until__gt=at).exists()
        dossiers = {message.dossier_id for message in messages if message.dossier_id is not None}
        self._links = links.addresses(dossiers, at=at) if dossiers else {}

    def prepare(self, message: Message) -> Prepared:
        """Choose the way and fill in the words.

        :raises NotSendable: no template is in use, or a fact that its text needs is missing or broken.
        """
        kind, template = self._way(message)
        channel = self._channels[kind]
        try:
            values = wording.values_of(message.facts, kind=kind, link=self._link(message))
        except (ValueError, TypeError) as error:
            raise NotSendable("facts_broken") from error
        used = {name: values.get(name) for name in wording.used_in(template.body)}
        if channel.needs_template:
            values |= {name: _UNKNOWN[template.language] for name, value in used.items() if value is None}
        try:
            body = wording.compose(template.body, values, kind=kind, keeps_accents=template.keeps_accents)
        except wording.MissingValue as error:
            raise NotSendable(f"missing_{error}") from error
        outgoing = Outgoing(
            reference=str(message.pk),
            phone=message.phone,
            body=body,
            at=self._at,
            attempt=message.attempts,
            template_id=template.zns_template_id,
            values={name: value for name, value in values.items() if name in used or name == "link"},
        )
        return Prepared(message, channel, outgoing)

    def _way(self, message: Message) -> tuple[Kind, Template]:
        """Take Zalo where it can reach the phone, and SMS otherwise or when that is what the row says."""
        if message.route != Kind.SMS and message.phone not in self._unreachable and not self._is_zns_paused:
            template = self._template(message, Kind.ZNS)
            if template is not None and (template.zns_template_id or not self._channels[Kind.ZNS].needs_template):
                return Kind.ZNS, template
        template = self._template(message, Kind.SMS)
        if template is None:
            raise NotSendable("no_template")
        return Kind.SMS, template

    def _link(self, message: Message) -> str:
        """Return the address of the dossier, else of the site."""
        return self._links[message.dossier_id] if message.dossier_id is not None else addresses.home()

    def _template(self, message: Message, kind: Kind) -> Template | None:
        own = self._templates.get((message.topic, kind, message.language))
        return own or self._templates.get((message.topic, kind, FALLBACK_LANGUAGE))
