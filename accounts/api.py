"""Which part of the API is open to a caller, and what a caller is told about themselves."""

from __future__ import annotations

from typing import cast

from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import selectors
from accounts.enums import TokenScope
from accounts.models import ApiToken, User
from core.api.fields import Output
from core.api.schema import operation
from core.api.views import ApiView, answer

_TAG = "me"


class _Scoped(BasePermission):
    scope: TokenScope

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        return request.auth is None or cast("ApiToken", request.auth).scope == self.scope


class OwnDossiers(_Scoped):
    """A person with their own dossiers: any session, or a token for just that."""

    scope = TokenScope.CITIZEN


class OfficersDesk(_Scoped):
    """Somebody who works on dossiers somewhere: a session with the second factor, or a token for the desk."""

    scope = TokenScope.OFFICER

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and bool(selectors.desk_agencies_of(request.user))


def user_of(request: Request) -> User:
    """Return the person behind a request that a permission let in."""
    return cast("User", request.user)


class Address(Output):
    province = serializers.CharField(help_text="Code; empty if unknown.")
    commune = serializers.CharField(help_text="Code; empty if unknown.")
    street = serializers.CharField()


class EnterpriseOut(Output):
    tax_code = serializers.CharField()
    name = serializers.CharField()


class MandateOut(Output):
    id = serializers.IntegerField()
    grantor = serializers.CharField(source="grantor.get_full_name")
    valid_until = serializers.DateTimeField()


class Profile(Output):
    full_name = serializers.CharField()
    phone = serializers.CharField(help_text="84 and nine digits; empty for an account without one.")
    email = serializers.CharField()
    identity_number = serializers.CharField(help_text="Twelve digits, or empty.")
    birth_on = serializers.DateField(allow_null=True)
    gender = serializers.CharField()
    address = Address()
    enterprises = EnterpriseOut(many=True, help_text="For which you may file.")
    mandates = MandateOut(many=True, help_text="Of people for whom you may file.")


class Me(ApiView):
    permission_classes = [OwnDossiers]

    @operation("The profile that fills in forms", gives=Profile, tag=_TAG)
    def get(self, request: Request) -> Response:
        user, now = user_of(request), timezone.now()
        found = {
            **selectors.profile_values(user),
            "enterprises": [row.enterprise for row in selectors.memberships_of(user)],
            "mandates": selectors.mandates_held(user, at=now),
        }
        return answer(Profile(found))
