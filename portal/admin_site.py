"""The administration's site: who may enter. Its door is the site's own sign-in, see ``accounts.middleware``."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from accounts.admin_roles import may_open_admin


class PortalAdminSite(UnfoldAdminSite):
    """Lets in staff who hold an administrator's role, and a superuser for the first steps."""

    site_header = _("Administration of the portal")
    site_title = site_header
    index_title = site_header

    def has_permission(self, request: HttpRequest) -> bool:
        return may_open_admin(request.user)
