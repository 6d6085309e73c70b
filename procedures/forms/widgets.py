"""The control for an address: province, commune of that province, and the street as text."""

from typing import Any

from django import forms
from django.conf import settings
from django.template import loader
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from procedures.forms.units import Units

PARTS = ("province", "commune", "street")


class AddressInput(forms.Widget):
    """Three controls for one answer.

    Without JavaScript the communes of a newly chosen province come with the answer to the next submit; with it,
    the province's change fetches them.
    """

    template_name = "procedures/widgets/address.html"
    use_fieldset = True

    def __init__(self, *, units: Units, is_own: bool = False, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.units = units
        self.is_own = is_own

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {part: data.get(f"{name}_{part}", "") for part in PARTS}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(f"{name}_{part}" not in data for part in PARTS)

    def id_for_label(self, id_: str | None) -> str:
        return f"{id_}_province" if id_ else ""

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        parts = value if isinstance(value, dict) else {}
        province = str(parts.get("province") or settings.PROVINCE_CODE)
        context["widget"] |= {
            "id": context["widget"]["attrs"].get("id", f"id_{name}"),
            "provinces": _options(self.units.provinces(), province, _("Choose a province")),
            "communes": _options(
                self.units.communes(province), str(parts.get("commune", "")), _("Choose a commune or ward")
            ),
            "street": parts.get("street", ""),
            "is_own": self.is_own,
            "communes_url": _communes_url(),
        }
        return context

    def render(self, name: str, value: object, attrs: Any = None, renderer: Any = None) -> SafeString:
        return loader.render_to_string(self.template_name, self.get_context(name, value, attrs))


def _options(names: dict[str, str], chosen: str, empty: str) -> list[tuple[str, str, bool]]:
    return [("", empty, not chosen), *((code, name, code == chosen) for code, name in names.items())]


def _communes_url() -> str:
    try:
        return reverse("communes")
    except NoReverseMatch:
        return ""
