"""How the administration looks and what stands in its side bar."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _item(title: Any, icon: str, name: str) -> dict[str, Any]:
    app, model = name.split("_", 1)
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{name}_changelist"),
        "permission": lambda request: request.user.has_perm(f"{app}.view_{model}"),
    }


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Administration of the portal"),
    "SITE_HEADER": _("Administration of the portal"),
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("images/mark.svg")}],
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "THEME": "light",
    "BORDER_RADIUS": "4px",
    # The lotus red of the site, from light to dark.
    "COLORS": {
        "primary": {
            "50": "#fdf2f5",
            "100": "#fbe3ea",
            "200": "#f5c2d0",
            "300": "#ec93ac",
            "400": "#dd5c82",
            "500": "#c23460",
            "600": "#a51f4a",
            "700": "#8a1538",
            "800": "#6f1330",
            "900": "#5c132b",
            "950": "#350615",
        }
    },
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": [
            {
                "title": _("Catalogue"),
                "separator": True,
                "items": [
                    _item(_("Procedures"), "description", "procedures_procedure"),
                    _item(_("Versions"), "history_edu", "procedures_procedureversion"),
                    _item(_("Sectors"), "category", "procedures_sector"),
                ],
            },
            {
                "title": _("Agencies and people"),
                "separator": True,
                "items": [
                    _item(_("Agencies"), "account_tree", "accounts_agency"),
                    _item(_("Officers"), "badge", "accounts_user"),
                    _item(_("Roles"), "key", "accounts_roleassignment"),
                    _item(_("Enterprises"), "storefront", "accounts_enterprise"),
                    _item(_("Mandates"), "handshake", "accounts_mandate"),
                ],
            },
            {
                "title": _("Working time"),
                "separator": True,
                "items": [
                    _item(_("Working calendars"), "calendar_month", "core_workcalendar"),
                    _item(_("Calendar exceptions"), "event_busy", "core_dayoverride"),
                ],
            },
            {
                "title": _("Messages"),
                "separator": True,
                "items": [
                    _item(_("Texts"), "sms", "notifications_template"),
                    _item(_("Who hears of what"), "campaign", "notifications_noticerule"),
                    _item(_("Outbox"), "outbox", "notifications_message"),
                    _item(_("Delivery reports"), "mark_email_read", "notifications_receipt"),
                    _item(_("Unreachable numbers"), "phone_disabled", "notifications_reachability"),
                    _item(_("Paused channels"), "pause_circle", "notifications_channelpause"),
                ],
            },
            {
                "title": _("Dossiers"),
                "separator": True,
                "items": [_item(_("Dossiers, without their content"), "folder_open", "dossiers_dossier")],
            },
        ],
    },
}
