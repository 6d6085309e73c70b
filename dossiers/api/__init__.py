"""Dossiers for programs: the citizen's drafts and dossiers, the public lookup, the officer's desk."""
