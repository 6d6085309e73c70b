"""Kannel, an SMS gateway that a province runs itself in front of its carriers' SMSCs.

Settings: KANNEL_URL, KANNEL_USERNAME, KANNEL_PASSWORD, KANNEL_FROM, KANNEL_SMSC, KANNEL_CALLBACK_URL (this site as the
gateway sees it), KANNEL_SECRET (stands in the callback address). Its host belongs into OUTBOUND_ALLOWED_HOSTS.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from core import outbound
from notifications import segments
from notifications.channels.base import (
    RETRY_LATER,
    UNKNOWN_CODE,
    Accepted,
    Callback,
    Channel,
    Forged,
    Malformed,
    Next,
    Outgoing,
    Report,
    SendError,
    Verdict,
    check_status,
    option,
)
from notifications.enums import Fault, Kind, ReceiptStatus
from notifications.registry import register

# Answers of smsbox's sendsms, Kannel user guide 1.4.5 chapter 6 and as observed: 202 taken or queued, 400 a parameter
# is missing or wrong, 403 who we are, 404 a wrong address, 503 no bearerbox or a full queue.
CODES: Mapping[int, Verdict] = {
    400: Verdict(Next.DEAD, Fault.PERMANENT),
    403: Verdict(Next.RETRY, Fault.TECHNICAL, alerts=True),
    404: Verdict(Next.RETRY, Fault.TECHNICAL, alerts=True),
    503: RETRY_LATER,
}
# Delivery reports, same guide: 4 and 8 come on the way, 1, 2 and 16 are final, in any order.
REPORTS: Mapping[str, ReceiptStatus] = {
    "1": ReceiptStatus.DELIVERED,
    "2": ReceiptStatus.FAILED,
    "4": ReceiptStatus.SENT,
    "8": ReceiptStatus.SENT,
    "16": ReceiptStatus.FAILED,
}
_ALL_REPORTS = "31"
_TAKEN = re.compile(rb"^[03]:")


@register
class Kannel(Channel):
    name = "kannel"
    kind = Kind.SMS
    webhook = "kannel"

    def __init__(self) -> None:
        self._url = option("KANNEL_URL", "http://127.0.0.1:13013/cgi-bin/sendsms")
        self._login = {"username": option("KANNEL_USERNAME"), "password": option("KANNEL_PASSWORD")}
        self._fixed = {name: value for name, value in self._optional() if value}
        callback = option("KANNEL_CALLBACK_URL", settings.PUBLIC_URL).rstrip("/")
        self._callback = f"{callback}/webhooks/kannel/{option('KANNEL_SECRET')}/"

    def _optional(self) -> list[tuple[str, str]]:
        return [("from", option("KANNEL_FROM")), ("smsc", option("KANNEL_SMSC"))]

    def send(self, outgoing: Outgoing) -> Accepted:
        """Hand the text to smsbox; what is not GSM-7 goes as UCS-2, which Kannel splits itself."""
        params = {
            **self._login,
            **self._fixed,
            "to": outgoing.phone,
            "text": outgoing.body,
            "coding": "0" if segments.is_gsm7(outgoing.body) else "2",
            "charset": "UTF-8",
            "dlr-mask": _ALL_REPORTS,
            # %d is the kind of report; everything else that Kannel could add is personal or of no use.
            "dlr-url": f"{self._callback}?{urlencode({'ref': outgoing.reference})}&code=%d",
        }
        reply = outbound.request("GET", self._url, params=params)
        if reply.status == 202 and _TAKEN.match(reply.body):
            return Accepted(outgoing.reference)
        if reply.status in CODES:
            raise SendError(f"http_{reply.status}", CODES[reply.status])
        check_status(reply, at=outgoing.at)
        raise SendError(f"http_{reply.status}", UNKNOWN_CODE)

    def reports(self, callback: Callback) -> list[Report]:
        """Read one report; Kannel has no signature, so the secret in the address stands for it."""
        secret = option("KANNEL_SECRET")
        if not secret or not hmac.compare_digest(secret.encode(), callback.secret.encode()):
            raise Forged
        code = callback.query.get("code", "")
        if code not in REPORTS:
            raise Malformed
        try:
            reference = str(UUID(callback.query.get("ref", "")))
        except ValueError as error:
            raise Malformed from error
        return [Report(reference, REPORTS[code], code=code)]
