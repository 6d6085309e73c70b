"""The demo province: Đồng Nai with made-up people; every dossier is walked through the domain services."""
