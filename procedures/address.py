"""The communes of a province as options, fetched when an address field's province changes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from procedures.forms.units import Units


@require_GET
def communes(request: HttpRequest) -> HttpResponse:
    """Return the options; ``field`` names the parameter that holds the province, which htmx sends by its own name."""
    province = request.GET.get(request.GET.get("field", "province"), "")[:2]
    names = Units().communes(province)
    empty = _("Choose a commune or ward") if names else _("Write the commune beside the street")
    options = [("", empty, False), *((code, name, False) for code, name in names.items())]
    return render(request, "procedures/widgets/_options.html", {"options": options})
