"""Administration of the catalogue: procedures, their versions, previews and publishing."""

from procedures.admin.catalogue import ProcedureAdmin, SectorAdmin
from procedures.admin.versions import FormGroupAdmin, ProcedureVersionAdmin

__all__ = ["FormGroupAdmin", "ProcedureAdmin", "ProcedureVersionAdmin", "SectorAdmin"]
