"""Provinces and communes for address fields, read at most once each while one form lives."""

from accounts.models import Commune, Province


class Units:
    """Names of provinces and communes by their codes; make one per request and share it."""

    def __init__(self) -> None:
        self._provinces: dict[str, str] | None = None
        self._communes: dict[str, dict[str, str]] = {}

    def provinces(self) -> dict[str, str]:
        """Return all provinces, code to name, in the order of their names."""
        if self._provinces is None:
            self._provinces = dict(Province.objects.values_list("code", "name"))
        return self._provinces

    def communes(self, province_code: str) -> dict[str, str]:
        """Return the communes of a province, code to name; empty for a province whose list is not loaded."""
        if province_code not in self._communes:
            is_code = province_code.isascii() and province_code.isdigit()
            rows = Commune.objects.filter(province_id=province_code) if is_code else Commune.objects.none()
            self._communes[province_code] = dict(rows.values_list("code", "name"))
        return self._communes[province_code]
