"""Zalo Notification Service: templates registered with Zalo, sent to a phone number.

Settings: ZALO_ACCESS_TOKEN, ZALO_APP_ID, ZALO_OA_SECRET, ZALO_ZNS_URL, ZALO_MODE ("development" reaches the account's
administrators only), ZALO_LINK_PARAMETER, ZALO_REPLAY_SECONDS.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from core import outbound
from notifications import quiet
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

# Nothing that Zalo refuses for good kills a message: an SMS may still reach the citizen.
_OUR_ACCOUNT = Verdict(Next.FALL, Fault.TECHNICAL, pauses=True, alerts=True)
_OUR_MISTAKE = Verdict(Next.FALL, Fault.TECHNICAL, alerts=True)
_NOT_THIS_PHONE = Verdict(Next.FALL, Fault.PERMANENT, learns=True)
_TOKEN = Verdict(Next.RETRY, Fault.TECHNICAL, alerts=True)
_QUOTA = Verdict(Next.FALL, Fault.TEMPORARY, pauses=True, alerts=True)

# Zalo's ZNS guidelines as listed by helpdesk.getfly.vn; lines marked [unverified] are known from memory only.
CODES: Mapping[int, Verdict] = {
    -100: RETRY_LATER,  # unknown
    -101: _OUR_ACCOUNT,  # app invalid
    -102: _OUR_ACCOUNT,  # app missing
    -103: _OUR_ACCOUNT,  # app not active
    -104: _OUR_ACCOUNT,  # app secret wrong
    -105: _OUR_ACCOUNT,  # app not linked to the official account
    -106: _OUR_MISTAKE,  # method unsupported
    -107: _OUR_MISTAKE,  # message id invalid
    -108: Verdict(Next.FALL, Fault.PERMANENT),  # phone invalid
    -109: _OUR_MISTAKE,  # template id invalid
    -110: _NOT_THIS_PHONE,  # the Zalo on the phone is too old
    -111: _OUR_MISTAKE,  # template data empty
    -112: _OUR_MISTAKE,  # template data invalid
    -114: _NOT_THIS_PHONE,  # user inactive, refuses, or outdated
    -115: _OUR_ACCOUNT,  # out of balance
    -116: _OUR_MISTAKE,  # text invalid [unverified]
    -117: _OUR_MISTAKE,  # no permission for the template [unverified]
    -118: _NOT_THIS_PHONE,  # no Zalo account [unverified]
    -119: _NOT_THIS_PHONE,  # account can't receive [unverified]
    -120: _OUR_MISTAKE,  # official account lacks the permission [unverified]
    -121: _OUR_MISTAKE,  # empty body [unverified]
    -122: _OUR_MISTAKE,  # format [unverified]
    -123: _OUR_MISTAKE,  # can't be decoded [unverified]
    -124: _TOKEN,  # access token invalid
    -125: _OUR_MISTAKE,  # official account id invalid [unverified]
    -131: _OUR_MISTAKE,  # template not approved [unverified]
    -133: Verdict(Next.WAIT, Fault.TEMPORARY),  # not at night, 22:00-06:00 [unverified]
    -135: _NOT_THIS_PHONE,  # user opted out [unverified]
    -137: _NOT_THIS_PHONE,  # as above [unverified]
    -139: _NOT_THIS_PHONE,  # user blocked this type [unverified]
    -144: _QUOTA,  # the account's daily quota [unverified]
    -147: Verdict(Next.FALL, Fault.TEMPORARY, alerts=True),  # the template's daily quota [unverified]
    -216: _TOKEN,  # access token expired
    -224: _OUR_ACCOUNT,  # the account's package does not include it
}


@register
class ZaloZns(Channel):
    name = "zalo_zns"
    kind = Kind.ZNS
    webhook = "zalo"
    needs_template = True

    def __init__(self) -> None:
        self._url = option("ZALO_ZNS_URL", "https://business.openapi.zalo.me/message/template")
        self._token = option("ZALO_ACCESS_TOKEN")
        self._mode = option("ZALO_MODE")
        self._link_parameter = option("ZALO_LINK_PARAMETER", "link")

    def send(self, outgoing: Outgoing) -> Accepted:
        """Send by template; Zalo echoes ``tracking_id`` in its reports. Errors come with HTTP 200 too."""
        reply = outbound.request("POST", self._url, json=self._payload(outgoing), headers={"access_token": self._token})
        check_status(reply, at=outgoing.at)
        if reply.status == 401:
            raise SendError("http_401", _TOKEN)
        answer = reply.json()
        error = answer.get("error") if isinstance(answer, dict) else None
        if error == 0:
            return Accepted(str((answer.get("data") or {}).get("msg_id", "")))
        if error is None:
            raise outbound.NoAnswer("no_error_field")
        raise self._refusal(error, at=outgoing.at)

    def _payload(self, outgoing: Outgoing) -> dict[str, Any]:
        data = dict(outgoing.values)
        if link := data.pop("link", ""):
            data[self._link_parameter] = link
        payload: dict[str, Any] = {
            "phone": outgoing.phone,
            "template_id": outgoing.template_id,
            "template_data": data,
            "tracking_id": outgoing.reference,
        }
        return payload | ({"mode": self._mode} if self._mode else {})

    def _refusal(self, error: object, *, at: datetime) -> SendError:
        verdict = CODES.get(error, UNKNOWN_CODE) if isinstance(error, int) else UNKNOWN_CODE
        until = quiet.next_morning(at) if verdict.next is Next.WAIT else None
        return SendError(error, verdict, until=until)

    def reports(self, callback: Callback) -> list[Report]:
        """Read an event of the official account; only ``user_received_message`` tells of a delivery."""
        event = _parsed(callback.body)
        _check_signature(callback, event)
        if event.get("event_name") != "user_received_message":
            return []
        message = event.get("message")
        if not isinstance(message, dict):
            raise Malformed
        reference = message.get("tracking_id") or message.get("msg_id")
        if not isinstance(reference, str):
            raise Malformed
        return [Report(reference, ReceiptStatus.DELIVERED, _moment(message.get("delivery_time")))]


def _parsed(body: bytes) -> dict[str, Any]:
    """Read the body as far as the signature needs it: the time stamp stands inside.

    :raises Malformed: it is no JSON object.
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(event, dict):
        raise Malformed
    return event


def _check_signature(callback: Callback, event: Mapping[str, Any]) -> None:
    """Compare "mac=" + SHA-256(app id + raw body + time stamp + secret); Zalo uses the plain hash, not HMAC.

    :raises Forged: it is another, or the time stamp is not of these minutes.
    """
    secret, stamp = option("ZALO_OA_SECRET"), str(event.get("timestamp", ""))
    signed = option("ZALO_APP_ID").encode() + callback.body + stamp.encode(errors="replace") + secret.encode()
    expected = "mac=" + hashlib.sha256(signed).hexdigest()
    given = callback.headers.get("X-ZEvent-Signature", "")
    if not secret or not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        raise Forged
    sent_at = _moment(stamp)
    window = timedelta(seconds=int(option("ZALO_REPLAY_SECONDS", "300")))
    if sent_at is None or abs(callback.at - sent_at) > window:
        raise Forged


def _moment(value: object) -> datetime | None:
    """Read Zalo's milliseconds since 1970."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 14):
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)
