"""Giving every dossier that is told of its short address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from notifications import links
from notifications.models import ShortLink

# Two new tokens may be the same one; with what is left of four characters the third try settles it.
ROUNDS = 5


def addresses(dossier_ids: Collection[int], *, at: datetime) -> dict[int, str]:
    """Return the short address of each dossier, making those that are missing.

    :raises RuntimeError: the tokens of this length are used up; the site needs a shorter name in its messages.
    """
    tokens = _tokens(dossier_ids)
    for _round in range(ROUNDS):
        missing = [dossier_id for dossier_id in dossier_ids if dossier_id not in tokens]
        if not missing:
            return {dossier_id: links.address(token) for dossier_id, token in tokens.items()}
        fresh = [ShortLink(token=links.new_token(), dossier_id=dossier_id, created_at=at) for dossier_id in missing]
        ShortLink.objects.bulk_create(fresh, ignore_conflicts=True)
        tokens |= _tokens(missing)
    raise RuntimeError("no short links left")


def _tokens(dossier_ids: Collection[int]) -> dict[int, str]:
    return dict(ShortLink.objects.filter(dossier__in=dossier_ids).values_list("dossier_id", "token"))
