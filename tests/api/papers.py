"""A paper attached without HTTP, for tests that are about something else."""

from core import blobs
from dossiers.enums import PaperState
from dossiers.models import Paper
from tests import files
from tests.factories import MONDAY


def attached(dossier, user, folder):
    """Return the id of a safe paper of a dossier in any status."""
    path = folder / "paper.pdf"
    path.write_bytes(files.pdf())
    sha256, size = blobs.put(path)
    return Paper.objects.create(
        dossier=dossier,
        component="giay-chung-sinh",
        name="giấy.pdf",
        content_type="application/pdf",
        size=size,
        sha256=sha256,
        state=PaperState.SAFE,
        uploaded_by=user,
        uploaded_at=MONDAY,
    ).public_id
