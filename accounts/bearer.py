"""Programs show who they act for by a token in the header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts import services
from accounts.models import ApiToken, User

if TYPE_CHECKING:
    from rest_framework.request import Request

_SCHEME = "bearer"


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer mct_...`` (RFC 6750, header only: what stands in an address stands in logs)."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _blank, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != _SCHEME:
            return None
        found = services.user_of_token(text.strip(), at=timezone.now())
        if found is None:
            raise AuthenticationFailed(_("The token is not valid, or not any more."))
        return found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
