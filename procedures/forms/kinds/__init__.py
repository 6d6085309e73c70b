"""The kinds of fields, by their name in the definition. Files are asked for among the papers."""

from procedures.enums import FieldType
from procedures.forms.kinds.base import Context, Kind
from procedures.forms.kinds.choices import Choice, MultiChoice, YesNo
from procedures.forms.kinds.people import Address, Email, Identity, Phone
from procedures.forms.kinds.plain import Day, LongText, Money, Number, Text

KINDS: dict[FieldType, Kind] = {
    FieldType.TEXT: Text(),
    FieldType.LONG_TEXT: LongText(),
    FieldType.NUMBER: Number(),
    FieldType.MONEY: Money(),
    FieldType.DATE: Day(),
    FieldType.CHOICE: Choice(),
    FieldType.MULTI_CHOICE: MultiChoice(),
    FieldType.YES_NO: YesNo(),
    FieldType.PHONE: Phone(),
    FieldType.EMAIL: Email(),
    FieldType.IDENTITY: Identity(),
    FieldType.ADDRESS: Address(),
}

__all__ = ["KINDS", "Context", "Kind"]
