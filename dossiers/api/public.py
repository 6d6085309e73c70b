"""The public lookup: code and second factor in, status, unit and dates out."""

from __future__ import annotations

from http import HTTPStatus

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import errors
from core.api.fields import Input, Output, Text
from core.api.permissions import Anybody
from core.api.schema import operation
from core.api.views import ApiView, answer, read
from dossiers import lookup
from dossiers.api.shapes import STATUS


class LookupIn(Input):
    code = Text(max_length=60)
    factor = Text(max_length=20, help_text="The last four digits of the phone or of the identity number.")


class PublicStatusOut(Output):
    code = serializers.CharField()
    status = STATUS
    unit = serializers.CharField()
    submitted_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    is_paused = serializers.BooleanField()
    is_late = serializers.BooleanField()


class Lookup(ApiView):
    """Asked by POST, so that neither code nor digits stand in an address; the session of a visitor plays no part."""

    permission_classes = [Anybody]
    authentication_classes = []

    @operation("Public status", takes=LookupIn, gives=PublicStatusOut, refuses=[404], tag="lookup")
    def post(self, request: Request) -> Response:
        """An unknown code and a wrong factor get the same answer."""
        given = read(LookupIn, request.data)
        caller = limits.host_of(limits.client_ip(request._request))
        found = lookup.ask(code=given["code"], factor=given["factor"], caller=caller, at=timezone.now())
        if found is None:
            raise errors.ApiError(_("No dossier fits this code and these digits."), status=HTTPStatus.NOT_FOUND)
        return answer(PublicStatusOut(found))
