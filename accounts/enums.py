"""Words of people and agencies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgencyLevel(models.TextChoices):
    """Levels after 1 July 2025: there is no district any more."""

    PROVINCE = "province", _("Province")
    DEPARTMENT = "department", _("Department")
    COMMUNE = "commune", _("Commune")


class Role(models.TextChoices):
    """What somebody may do in an agency; the last three are held at the province's own agency."""

    RECEIVE = "receive", _("Receives dossiers")
    PROCESS = "process", _("Processes dossiers")
    APPROVE = "approve", _("Approves and leads")
    RETURN = "return", _("Returns results")
    HOTLINE = "hotline", _("1022 operator")
    PROVINCE_ADMIN = "province_admin", _("Province administrator")
    SYSTEM_ADMIN = "system_admin", _("System administrator")


# Roles that work on dossiers; the others never change one.
DESK_ROLES = (Role.RECEIVE, Role.PROCESS, Role.APPROVE, Role.RETURN)


class Gender(models.TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class MemberRole(models.TextChoices):
    """What a person may do for an enterprise."""

    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")


class CodePurpose(models.TextChoices):
    """What a one-time code proves; a code for one purpose is worth nothing for another."""

    SIGN_IN = "sign_in", _("Sign in")
    CHANGE_PHONE = "change_phone", _("Change of phone number")


class TokenScope(models.TextChoices):
    """What a program's token opens: the person's own dossiers, or the officer's desk."""

    CITIZEN = "citizen", _("Own dossiers")
    OFFICER = "officer", _("Officer's desk")
