"""The bare views: one for each kind of page that is compared."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from benchmarks.reference.models import Dossier, Event, Message, Paper

FINISHED, RETURNED = 9, 10


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def change(request: HttpRequest) -> HttpResponse:
    """Change a status: compare-and-set, event and message in one transaction."""
    dossier_id, version = int(request.POST["dossier"]), int(request.POST["version"])
    unit_id, phone, now = int(request.POST["unit"]), request.POST["phone"], timezone.now()
    facts = {"code": request.POST["code"], "unit": "UBND phường Trấn Biên"}
    with transaction.atomic():
        here = Dossier.objects.filter(pk=dossier_id, version=version)
        if not here.update(status=RETURNED, version=version + 1, closed_at=now, updated_at=now):
            return HttpResponse(status=409)
        event = Event.objects.create(
            dossier_id=dossier_id,
            seq=version + 1,
            kind="return_result",
            from_status=FINISHED,
            to_status=RETURNED,
            party="return",
            unit_id=unit_id,
            at=now,
            recorded_at=now,
            facts=facts,
        )
        Message.objects.create(
            dedupe_key=f"event:{event.pk}:{phone}",
            event_id=event.pk,
            dossier_id=dossier_id,
            topic="returned",
            phone=phone,
            facts=facts,
            next_attempt_at=now,
            created_at=now,
            recorded_at=now,
        )
    return HttpResponse(status=303, headers={"Location": "/"})


def listing(request: HttpRequest) -> HttpResponse:
    """Show 25 rows of a list by one indexed query."""
    rows = Dossier.objects.filter(unit_id=request.GET["unit"], status=request.GET["status"]).order_by("due_at", "id")
    return render(request, "reference/list.html", {"rows": rows[:25]})


def file(request: HttpRequest) -> HttpResponse:
    """Take a form with files: write each to disk, and a row for each in one transaction."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    papers = []
    for key, sent in request.FILES.items():
        path = folder / str(uuid4())
        with path.open("wb") as target:
            for chunk in sent.chunks():
                target.write(chunk)
        papers.append(
            Paper(
                dossier_id=request.POST["dossier"],
                component=key,
                name=sent.name,
                size=sent.size,
                sha256=path.name,
                uploaded_by_id=request.POST["person"],
                uploaded_at=timezone.now(),
            )
        )
    with transaction.atomic():
        for paper in papers:
            paper.save()
    return HttpResponse(status=303, headers={"Location": "/"})
