"""Nobody may do anything until a view says who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

if TYPE_CHECKING:
    # REST framework reads its settings, and with them this module, while its views are being loaded.
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Nobody(BasePermission):
    """The default: a view that forgot to say who may call it can't be called."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class Anybody(BasePermission):
    """Said by a view whose answer is for the whole world."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return True
