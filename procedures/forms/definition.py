"""The e-form of a version as plain immutable objects, read in two queries and kept once published."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from procedures import conditions
from procedures.enums import FieldType, VersionState
from procedures.models import FormField, FormGroup, ProcedureVersion, RequiredPaper


@dataclass(frozen=True)
class FieldDef:
    """One question. ``name`` is "group.field", the name that conditions, errors and supplement pins use."""

    group_key: str
    key: str
    label: str
    kind: FieldType
    help_text: str = ""
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    limits: dict[str, object] = field(default_factory=dict, hash=False)
    condition: conditions.Condition | None = field(default=None, hash=False)
    profile_key: str = ""
    is_watched: bool = False

    @property
    def name(self) -> str:
        return f"{self.group_key}.{self.key}"

    @property
    def is_file(self) -> bool:
        return self.kind == FieldType.FILE


@dataclass(frozen=True)
class GroupDef:
    """Questions shown together; files are asked for among the papers, so they are not in ``asked``."""

    key: str
    title: str
    help_text: str
    is_repeating: bool
    min_rows: int
    max_rows: int
    condition: conditions.Condition | None = field(hash=False)
    fields: tuple[FieldDef, ...] = ()

    @cached_property
    def asked(self) -> tuple[FieldDef, ...]:
        return tuple(field for field in self.fields if not field.is_file)


@dataclass(frozen=True)
class PaperDef:
    """A required paper, or a field of kind file, which is one for the citizen."""

    key: str
    name: str
    quantity: str
    is_required: bool
    is_looked_up: bool
    condition: conditions.Condition | None = field(hash=False)
    help_text: str = ""


@dataclass(frozen=True)
class FormDef:
    """The whole e-form of a version."""

    version_id: int
    groups: tuple[GroupDef, ...]
    papers: tuple[PaperDef, ...]

    def group(self, key: str) -> GroupDef | None:
        """Return the group of that key."""
        return next((group for group in self.groups if group.key == key), None)

    def fields(self) -> Iterator[FieldDef]:
        for group in self.groups:
            yield from group.fields


def definition_of(version: ProcedureVersion) -> FormDef:
    """Return the e-form of a version; a published one never changes, so each process reads it once."""
    if version.state == VersionState.DRAFT:
        return _read(version.pk)
    # The moment of creation tells apart two databases that gave the same id to different versions.
    return _kept(version.pk, version.created_at.isoformat())


@lru_cache(maxsize=512)
def _kept(version_id: int, _created_at: str) -> FormDef:
    return _read(version_id)


def forget() -> None:
    """Forget every kept definition."""
    _kept.cache_clear()


def _read(version_id: int) -> FormDef:
    groups = list(FormGroup.objects.filter(version_id=version_id).prefetch_related("fields"))
    papers = RequiredPaper.objects.filter(version_id=version_id)
    watched = {
        name
        for group in groups
        for condition in (group.condition, *(field.condition for field in group.fields.all()))
        for name in conditions.variables(condition)
    }
    return FormDef(
        version_id=version_id,
        groups=tuple(_group(group, watched) for group in groups),
        papers=tuple(_paper(paper) for paper in papers),
    )


def _group(group: FormGroup, watched: set[str]) -> GroupDef:
    return GroupDef(
        key=group.key,
        title=group.title,
        help_text=group.help_text,
        is_repeating=group.is_repeating,
        min_rows=group.min_rows,
        max_rows=group.max_rows,
        condition=group.condition,
        fields=tuple(_field(group.key, row, watched) for row in group.fields.all()),
    )


def _field(group_key: str, row: FormField, watched: set[str]) -> FieldDef:
    return FieldDef(
        group_key=group_key,
        key=row.key,
        label=row.label,
        kind=FieldType(row.kind),
        help_text=row.help_text,
        is_required=row.is_required,
        choices=tuple((str(value), str(label)) for value, label in row.choices),
        limits=row.limits,
        condition=row.condition,
        profile_key=row.profile_key,
        is_watched=f"{group_key}.{row.key}" in watched,
    )


def _paper(row: RequiredPaper) -> PaperDef:
    return PaperDef(
        key=row.key,
        name=row.name,
        quantity=row.quantity,
        is_required=row.is_required,
        is_looked_up=row.is_looked_up,
        condition=row.condition,
    )
