"""The control of G8: one Celery task for each message, written straight down, beside the portal's own tasks."""

from __future__ import annotations

from django.utils import timezone

from portal.celery import app

__all__ = ["app"]

SEND_ONE = "benchmarks.send_one"


@app.task(name=SEND_ONE)
def send_one(message_id: str) -> None:
    """Read a message, render it, send it, save it: the same text by the same channel, with the same rows after it."""
    from notifications import links, registry, wording
    from notifications.channels.base import Outgoing
    from notifications.enums import Kind, Outcome, State
    from notifications.models import Attempt, Message, ShortLink, Template

    message = Message.objects.get(pk=message_id)
    if message.state != State.QUEUED:
        return
    began = timezone.now()
    template = Template.objects.get(topic=message.topic, channel=Kind.SMS, language=message.language, is_active=True)
    link = links.address(ShortLink.objects.get(dossier=message.dossier_id).token)
    values = wording.values_of(message.facts, kind=Kind.SMS, link=link)
    body = wording.compose(template.body, values, kind=Kind.SMS, keeps_accents=template.keeps_accents)
    channel = registry.in_use(Kind.SMS)
    taken = channel.send(Outgoing(reference=str(message.pk), phone=message.phone, body=body, at=began))
    now = timezone.now()
    message.state, message.channel, message.provider, message.body = State.ACCEPTED, Kind.SMS, channel.name, body
    message.accepted_at, message.provider_ref, message.attempts = now, taken.provider_ref, 1
    message.save()
    Attempt.objects.create(
        message=message,
        number=1,
        channel=Kind.SMS,
        provider=channel.name,
        started_at=began,
        ended_at=now,
        outcome=Outcome.ACCEPTED,
        provider_ref=taken.provider_ref,
    )
