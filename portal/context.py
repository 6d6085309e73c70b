"""What every page knows about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return the few settings that templates show."""
    return {
        "is_demo": settings.DEMO,
        "is_read_only": settings.READ_ONLY,
        "hotline": "1022",
        "province_name": settings.PROVINCE_NAME,
    }
