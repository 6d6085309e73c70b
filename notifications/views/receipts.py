"""Where providers report: authenticity first, on the raw bytes; then a row; then its effect."""

from __future__ import annotations

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import registry, services
from notifications.channels.base import Callback, Forged, Malformed

log = structlog.get_logger(__name__)

# A delivery report is a few hundred bytes.
BODY_LIMIT = 64 * 1024


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest, provider: str, secret: str = "") -> HttpResponse:
    """Take a provider's report.

    200 for whatever is genuine, known to us or not, so that providers stop repeating it; 403 for what proves nothing,
    400 for what makes no sense. Only 200 leaves a trace in the database.
    """
    channel = registry.by_webhook(provider)
    if channel is None:
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_LIMIT:
        return HttpResponse(status=413)
    now = timezone.now()
    callback = Callback(secret, request.GET.dict(), request.body, request.headers, now)
    try:
        reports = channel.reports(callback)
    except Forged:
        log.warning("report_forged", provider=channel.name)
        return HttpResponse(status=403)
    except Malformed:
        log.warning("report_malformed", provider=channel.name)
        return HttpResponse(status=400)
    for report in reports:
        services.record(provider=channel.name, report=report, received_at=now)
    return HttpResponse("ok", content_type="text/plain")
