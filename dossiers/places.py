"""The two places of a dossier, the unit that holds it and the counter that received it, looked up at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, Func, Q, QuerySet

if TYPE_CHECKING:
    from collections.abc import Collection

    from dossiers.models import Dossier


class _Places(Func):
    # Letter for letter what the index ``dossier_search`` holds beside the trigrams (migration 0005).
    template = "ARRAY[%(expressions)s]"
    output_field = ArrayField(BigIntegerField())


def at_one_of(rows: QuerySet[Dossier], agencies: Collection[int]) -> QuerySet[Dossier]:
    """Return the dossiers that one of these agencies holds or received.

    PostgreSQL joins an OR to a search only after it has read the search's every hit in the province; the overlap of
    two arrays stands in one index with the words.
    """
    if connection.vendor == "postgresql":
        return rows.alias(places=_Places("unit", "agency")).filter(places__overlap=list(agencies))
    return rows.filter(Q(unit__in=agencies) | Q(agency__in=agencies))
