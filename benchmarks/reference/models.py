"""The portal's own tables, so that both sides pay for the same rows, constraints and indexes."""

# ruff: noqa: DJ008 - nobody ever looks at them

import uuid

from django.db import models


class Dossier(models.Model):
    code = models.CharField(max_length=40)
    applicant_name = models.CharField(max_length=250)
    unit_id = models.BigIntegerField()
    status = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    updated_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "dossiers_dossier"


class Event(models.Model):
    dossier_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    from_status = models.PositiveSmallIntegerField()
    to_status = models.PositiveSmallIntegerField()
    actor_id = models.BigIntegerField(null=True)
    party = models.CharField(max_length=20)
    unit_id = models.BigIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reason = models.TextField(default="")
    note = models.TextField(default="")
    facts = models.JSONField(default=dict)
    before = models.JSONField(default=dict)

    class Meta:
        managed = False
        db_table = "dossiers_dossierevent"


class Message(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dedupe_key = models.CharField(max_length=80)
    event_id = models.BigIntegerField()
    dossier_id = models.BigIntegerField()
    topic = models.CharField(max_length=20)
    phone = models.CharField(max_length=11)
    language = models.CharField(max_length=2, default="vi")
    facts = models.JSONField(default=dict)
    priority = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, default="queued")
    route = models.CharField(max_length=3, default="")
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=3, default="")
    provider = models.CharField(max_length=30, default="")
    provider_ref = models.CharField(max_length=100, default="")
    body = models.TextField(default="")
    fault = models.CharField(max_length=9, default="")
    code = models.CharField(max_length=40, default="")
    created_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "notifications_message"


class Paper(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4)
    dossier_id = models.BigIntegerField()
    component = models.CharField(max_length=130)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100, default="image/jpeg")
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, default="safe")
    state_note = models.CharField(max_length=300, default="")
    uploaded_by_id = models.BigIntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "dossiers_paper"
