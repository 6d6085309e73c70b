"""Dossier codes from a template, with a daily counter per agency that has neither gaps nor doubles."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from core.clock import ZONE
from dossiers.models import CodeCounter

if TYPE_CHECKING:
    from accounts.models import Agency


def next_code(*, agency: Agency, at: datetime) -> str:
    """Return the next code of an agency's day, such as ``H19.26-261123-0001``.

    Call it inside the transaction that files the dossier: the counter's row stays locked until that commits, and a
    roll-back gives the number back. Source of the default template: Thông tư 01/2018/TT-VPCP article 19 as used since
    QĐ 20/2020/QĐ-TTg; TT 03/2025 redefines the code and its text was not found, so the template is a setting.
    """
    on = at.astimezone(ZONE).date()
    return settings.DOSSIER_CODE_TEMPLATE.format(agency=agency.code, on=on, counter=_count(agency, on))


def _count(agency: Agency, on: date) -> int:
    counter = CodeCounter.objects.filter(agency=agency, on=on)
    if not counter.update(value=F("value") + 1):
        try:
            with transaction.atomic():
                CodeCounter.objects.create(agency=agency, on=on, value=settings.DOSSIER_CODE_START)
        except IntegrityError:
            counter.update(value=F("value") + 1)
    return counter.values_list("value", flat=True).get()
