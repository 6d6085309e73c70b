from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and agencies")

    def ready(self) -> None:
        """Stamp sessions from the first one on, whoever opens it before the middleware is loaded."""
        from accounts import sessions  # noqa: F401 - its receiver connects itself
