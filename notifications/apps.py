from django.apps import AppConfig
from django.apps.registry import Apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        # They need the models, which are loaded only now.
        from notifications import checks, registry, subscribers

        registry.load()
        subscribers.connect()
        checks.register()
        post_migrate.connect(_load_texts, sender=self, dispatch_uid="notifications.texts")


def _load_texts(*, apps: Apps | None = None, **kwargs: object) -> None:
    """Complete the shipped texts after each migration, and after a flush, which names no apps."""
    from notifications import services

    if apps is None or "template" in apps.all_models["notifications"]:
        services.load_defaults()
