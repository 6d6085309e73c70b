"""Taking the one-time code that somebody typed, whatever it opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import services
from accounts.enums import CodePurpose
from accounts.forms.sign_in import CodeForm
from accounts.views import arriving


def take(
    request: HttpRequest, page: str, *, phone: str, purpose: CodePurpose, status: int, more: arriving.Context
) -> HttpResponse | None:
    """Use up the code that was typed; return the page that says why it was not taken, or None."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return arriving.refuse(request, page, form, status=status, more=more)
    try:
        services.use_code(
            phone=phone,
            purpose=purpose,
            session=str(request.session.session_key),
            code=form.cleaned_data["code"],
            at=timezone.now(),
        )
    except services.CodeRefused:
        text = _("This code is not right, or it is older than 5 minutes. Please compare it with the last message.")
        return arriving.refuse(request, page, form, status=status, text=text, field="code", more=more)
    except services.CodeWornOut as worn_out:
        form.add_error(None, _("This code was tried 5 times and is void now. Please ask for a new one."))
        return arriving.refuse_limited(request, page, form, worn_out, more=more)
    return None
