"""What templates need to draw marks: the words and tones of the legal statuses, banners, the current address."""

from django import template
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.enums import AgencyLevel
from dossiers.enums import Status

register = template.Library()

_TONES = {
    Status.DRAFT: "grey",
    Status.SUBMITTED: "blue",
    Status.RECEIVED: "blue",
    Status.REFUSED: "red",
    Status.IN_PROCESS: "blue",
    Status.SUPPLEMENT: "amber",
    Status.OBLIGATION: "amber",
    Status.WITHDRAWN: "grey",
    Status.STOPPED: "red",
    Status.FINISHED: "green",
    Status.RETURNED: "green",
}
_BANNERS = {"debug": "info", "info": "info", "success": "success", "warning": "warning", "error": "error"}


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon of the sheet, mute for a screen reader: a word stands beside each.

    The component ``c-icon`` draws it too; where every page has one, the component would cost more than the icon.
    """
    return format_html(
        '<svg class="mc-icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("images/icons.svg"),
        name,
    )


@register.filter
def status_code(code: int) -> int:
    """Return the national number of a status, whether it comes as a number or as an enum member."""
    return int(code)


@register.filter
def status_label(code: int) -> str:
    """Return the legal name of a status."""
    return str(Status(code).label)


@register.filter
def status_tone(code: int) -> str:
    """Return the tone of a status; word and shape say the same without it."""
    return _TONES[Status(code)]


@register.filter
def banner_kind(level: str) -> str:
    """Return the kind of banner for a level of Django's messages."""
    return _BANNERS.get(level, "info")


@register.simple_tag(takes_context=True)
def current(context: RequestContext, prefix: str) -> SafeString:
    """Mark a link of the navigation whose address begins the page's own."""
    request = context.get("request")
    here = request is not None and request.path.startswith(prefix)
    return mark_safe(' aria-current="true"') if here else SafeString("")


@register.filter
def level_label(level: str) -> str:
    """Return the name of an agency level."""
    return str(AgencyLevel(level).label)
