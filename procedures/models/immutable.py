"""What is published stays as it was: a dossier keeps the terms it was filed under."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models, transaction

from procedures.enums import VersionState


class PublishedIsImmutable(Exception):
    """Somebody tried to change a published version or one of its rows; make a new draft version instead."""


class TermsQuerySet(models.QuerySet[Any]):
    """Refuses to change rows of published versions in bulk."""

    def update(self, **values: Any) -> int:
        self._refuse_published()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_published()
        return super().delete()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = list(objs)
        for version_id in {row.version_key for row in rows}:
            hold_draft(version_id)
        return super().bulk_create(rows, *args, **options)

    def _refuse_published(self) -> None:
        path = self.model.version_path
        if self.exclude(**{f"{path}__state": VersionState.DRAFT}).exists():
            raise PublishedIsImmutable


class TermsRow(models.Model):
    """A row that belongs to a version and can't change once that version is published."""

    version_path = "version"

    objects = TermsQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            self._hold_all()
            super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self._hold_all()
            return super().delete(*args, **options)

    @property
    def version_key(self) -> int:
        """The id of the version this row belongs to."""
        return self.version_id  # type: ignore[attr-defined]

    def _hold_all(self) -> None:
        # A row may not be moved out of a published version either.
        stored = type(self)._base_manager.filter(pk=self.pk).values_list(f"{self.version_path}__pk", flat=True)
        for version_id in {self.version_key, *stored}:
            hold_draft(version_id)


class VersionQuerySet(models.QuerySet[Any]):
    """Lets a published version change its state and nothing else."""

    def update(self, **values: Any) -> int:
        if set(values) - {"state"} and self.exclude(state=VersionState.DRAFT).exists():
            raise PublishedIsImmutable
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.exclude(state=VersionState.DRAFT).exists():
            raise PublishedIsImmutable
        return super().delete()

    def drafts(self) -> Self:
        return self.filter(state=VersionState.DRAFT)


def hold_draft(version_id: int) -> None:
    """Hold the version as a draft until the end of the transaction.

    The update takes the row's lock, so that publishing waits for an edit under way instead of overtaking it.

    :raises PublishedIsImmutable: it is no draft any more.
    """
    from procedures.models.procedure import ProcedureVersion

    held = ProcedureVersion.objects.filter(pk=version_id).drafts().update(state=VersionState.DRAFT)
    if not held:
        raise PublishedIsImmutable
