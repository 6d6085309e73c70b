"""News of dossiers. The core sends and imports no listener; whoever owes something because of it listens.

``dossier_changed`` is sent inside the transaction of the change, with ``event`` (the new ``DossierEvent``) and
``dossier`` (as it stands after it). A receiver writes its own rows and nothing else: what fails there undoes the
change, and nothing may wait for a network there.
"""

from django.dispatch import Signal

dossier_changed = Signal()
