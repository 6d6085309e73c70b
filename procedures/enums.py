"""Words of the catalogue."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class Channel(models.TextChoices):
    """How a dossier arrives; the numbers of the national portal are 1 counter, 2 online, 3 post."""

    ONLINE = "online", _("Online")
    COUNTER = "counter", _("At the counter")
    POST = "post", _("By post")


class TimeUnit(models.TextChoices):
    WORKING_DAY = "working_day", _("working days")
    CALENDAR_DAY = "calendar_day", _("days")
    WORKING_HOUR = "working_hour", _("working hours")


class FieldType(models.TextChoices):
    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Amount of money")
    DATE = "date", _("Date")
    CHOICE = "choice", _("One choice")
    MULTI_CHOICE = "multi_choice", _("Several choices")
    YES_NO = "yes_no", _("Yes or no")
    PHONE = "phone", _("Phone number")
    EMAIL = "email", _("E-mail")
    IDENTITY = "identity", _("Identity number")
    ADDRESS = "address", _("Address")
    FILE = "file", _("File")


class LifeEvent(models.TextChoices):
    BIRTH = "birth", _("Having a child")
    MARRIAGE = "marriage", _("Getting married")
    DEATH = "death", _("When somebody dies")
    HOUSE = "house", _("Land and house")
    BUSINESS = "business", _("Doing business")
    MOVING = "moving", _("Moving house")


class FeeKind(models.TextChoices):
    """Phí pays for a service, lệ phí is a charge of the state (Luật Phí và lệ phí 97/2015/QH13, article 3)."""

    FEE = "fee", _("Fee")
    CHARGE = "charge", _("Charge")


class CollectWhen(models.TextChoices):
    BEFORE = "before", _("On receipt")
    AFTER = "after", _("On return of the result")


class StepRole(models.TextChoices):
    RECEIVE = "receive", _("Receiving counter")
    PROCESS = "process", _("Specialist")
    APPROVE = "approve", _("Leader")
    RETURN = "return", _("Return counter")
