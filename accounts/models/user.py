"""A person who signs in, and what a citizen tells us about themselves once."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.enums import Gender
from core.phones import display_mobile


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str, **fields: object) -> "User":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A citizen or an officer; what an officer may do is told by role assignments alone."""

    username = models.CharField(_("sign-in name"), max_length=64, unique=True)
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    phone = models.CharField(_("mobile number"), max_length=11, null=True, blank=True, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="vi")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # What the session says of this person now; set by the middleware, true until the second factor is shown.
    is_kept_from_desk = False

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__regex=r"^84[35789][0-9]{8}$"), name="user_phone_is_mobile"
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        if self.full_name:
            return self.full_name
        return display_mobile(self.phone) if self.phone else self.username

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(rules.normalise_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(rules.normalise_password(raw_password))


class CitizenProfile(models.Model):
    """What a citizen tells once and every form takes from here."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile", verbose_name=_("user"))
    identity_number = models.CharField(_("identity number"), max_length=12, null=True, blank=True, unique=True)
    birth_on = models.DateField(_("date of birth"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True)
    # Kept beside the commune: of provinces whose communes are not loaded, the street line says the commune.
    province = models.ForeignKey(
        "accounts.Province", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("province")
    )
    commune = models.ForeignKey(
        "accounts.Commune", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("commune")
    )
    street = models.CharField(_("house number, street, hamlet"), max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("citizen profile")
        verbose_name_plural = _("citizen profiles")
        constraints = [
            models.CheckConstraint(
                condition=Q(identity_number__isnull=True) | Q(identity_number__regex=r"^[0-9]{12}$"),
                name="profile_identity_12_digits",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
