"""eSMS, a Vietnamese SMS provider with brand names (developers.esms.vn).

Settings: ESMS_API_KEY, ESMS_SECRET_KEY, ESMS_BRANDNAME, ESMS_URL, ESMS_CALLBACK_URL, ESMS_SECRET (stands in the
callback address), ESMS_SANDBOX ("1" sends nothing).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings

from core import outbound
from notifications import segments
from notifications.channels.base import (
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

_OUR_ACCOUNT = Verdict(Next.RETRY, Fault.TECHNICAL, alerts=True)
_OUR_MISTAKE = Verdict(Next.DEAD, Fault.TECHNICAL, alerts=True)
_NOT_THIS_PHONE = Verdict(Next.DEAD, Fault.PERMANENT)

# CodeResult of SendMultipleMessage_V4, developers.esms.vn.
TAKEN = "100"
# The same RequestId again: the first try did arrive, so this one is a success too.
TAKEN_BEFORE = "124"
CODES: Mapping[str, Verdict] = {
    "99": Verdict(Next.RETRY, Fault.TECHNICAL),  # blocked, or another error
    "101": _OUR_ACCOUNT,  # key or secret wrong
    "103": _OUR_ACCOUNT,  # out of balance
    "104": _OUR_ACCOUNT,  # brand name missing or not ours
    "107": _NOT_THIS_PHONE,  # phone invalid
    "108": _NOT_THIS_PHONE,  # phone invalid
    "118": _OUR_MISTAKE,  # type of SMS invalid
    "140": _OUR_ACCOUNT,  # our IP address is not on the list
    "146": _OUR_MISTAKE,  # the text matches no template registered with the carrier
    "177": _OUR_MISTAKE,  # the brand name is not registered with the phone's network
    "788": _OUR_MISTAKE,  # Zalo account id missing
    "789": _OUR_MISTAKE,  # Zalo account id wrong
}
# SendStatus of the callback, same page. 5 ends it, and SendSuccess then says how.
_REJECTED, _SENT = "4", "5"
_ON_THE_WAY = frozenset({"1", "2", "7"})
_CUSTOMER_CARE = "2"


@register
class Esms(Channel):
    name = "esms"
    kind = Kind.SMS
    webhook = "esms"

    def __init__(self) -> None:
        self._url = option("ESMS_URL", "https://rest.esms.vn/MainService.svc/json/SendMultipleMessage_V4_post_json/")
        callback = option("ESMS_CALLBACK_URL", settings.PUBLIC_URL).rstrip("/")
        self._fixed = {
            "ApiKey": option("ESMS_API_KEY"),
            "SecretKey": option("ESMS_SECRET_KEY"),
            "Brandname": option("ESMS_BRANDNAME"),
            "SmsType": _CUSTOMER_CARE,
            "Sandbox": option("ESMS_SANDBOX", "0"),
            "CallbackUrl": f"{callback}/webhooks/esms/{option('ESMS_SECRET')}/",
        }

    def send(self, outgoing: Outgoing) -> Accepted:
        """Send one text; eSMS refuses a RequestId it has seen, which makes a repeated try harmless."""
        payload = {
            **self._fixed,
            "Phone": outgoing.phone,
            "Content": outgoing.body,
            "IsUnicode": "0" if segments.is_gsm7(outgoing.body) else "1",
            "RequestId": outgoing.reference,
        }
        reply = outbound.request("POST", self._url, json=payload)
        check_status(reply, at=outgoing.at)
        answer = reply.json()
        if not isinstance(answer, dict) or "CodeResult" not in answer:
            raise outbound.NoAnswer("no_code")
        code = str(answer["CodeResult"])
        if code in (TAKEN, TAKEN_BEFORE):
            return Accepted(str(answer.get("SMSID") or ""))
        raise SendError(code, CODES.get(code, UNKNOWN_CODE))

    def reports(self, callback: Callback) -> list[Report]:
        """Read one report; eSMS signs nothing, so the secret in the address stands for it."""
        secret = option("ESMS_SECRET")
        if not secret or not hmac.compare_digest(secret.encode(), callback.secret.encode()):
            raise Forged
        try:
            reference = str(UUID(callback.query.get("RequestId", "")))
        except ValueError as error:
            raise Malformed from error
        status = _status(callback.query)
        return [Report(reference, status, code=callback.query["SendStatus"])]


def _status(query: Mapping[str, str]) -> ReceiptStatus:
    """Tell how far a message came.

    :raises Malformed: the status is none of the documented ones.
    """
    status = query.get("SendStatus", "")
    if status in _ON_THE_WAY:
        return ReceiptStatus.SENT
    if status == _REJECTED:
        return ReceiptStatus.FAILED
    if status != _SENT:
        raise Malformed
    return ReceiptStatus.DELIVERED if query.get("SendSuccess", "0") != "0" else ReceiptStatus.FAILED
