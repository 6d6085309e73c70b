"""From a record of the file to the columns of a procedure and the terms of a version."""

from typing import Any

from procedures import snapshot
from procedures.enums import Channel, TimeUnit
from procedures.importer.guess import GENERIC_FORM, form_from_labels, key_from
from procedures.importer.record import LEVELS

Record = dict[str, Any]
Terms = snapshot.Terms

# Texts that become part of the catalogue, in its language.
NO_FIGURE = "Nguồn không ghi mức thu."
UNIT_UNVERIFIED = "Nguồn không in đơn vị thời gian; tính theo ngày làm việc, chưa được kiểm chứng."
NO_LIMIT = "Pháp luật không ấn định thời hạn."
FEE_NAME = "Phí, lệ phí"
PER_UNIT = {
    "per_page_first_2": "Mỗi trang, hai trang đầu",
    "per_page_after": "Mỗi trang, từ trang thứ ba",
    "max_per_copy": "Mức thu tối đa một bản",
    "per_case": "Mỗi trường hợp",
    "per_will": "Mỗi di chúc",
}

_UNITS = {
    "working_day": TimeUnit.WORKING_DAY,
    "calendar_day": TimeUnit.CALENDAR_DAY,
    "working_hour": TimeUnit.WORKING_HOUR,
    "day_as_printed": TimeUnit.CALENDAR_DAY,
    "unit_not_printed": TimeUnit.WORKING_DAY,
}


def procedure_columns(record: Record) -> dict[str, Any]:
    """Return what stands in the procedure itself, besides code and sector."""
    keywords = list(record.get("keywords", []))
    if record.get("local_code"):
        keywords.append(record["local_code"])
    return {
        "name": record["name"],
        "levels": [LEVELS[level] for level in record["level"].split(", ")],
        "life_events": list(record.get("life_events", [])),
        "keywords": keywords,
    }


def terms_of(record: Record) -> Terms:
    """Return the complete terms that a record describes."""
    decision = record.get("decision")
    return snapshot.complete(
        {
            "name": record["name"],
            "subjects": record.get("subjects") or "",
            "authority": record.get("agency") or "",
            "how": record.get("how", ""),
            "where": record.get("where", ""),
            "legal_basis": record.get("legal_basis", f"Quyết định {decision}" if decision else ""),
            "results": record.get("results", []),
            "source": record.get("source", ""),
            "is_verified": record.get("verified", False),
            **{key: record[key] for key in ("needs_approval", "supplement_days") if key in record},
            "groups": _form(record),
            "papers": _papers(record.get("components", [])),
            "fees": record["fees"] if "fees" in record else _fees(record.get("fee_vnd", {})),
            "time_limits": _time_limits(record),
            "steps": record.get("steps", []),
        }
    )


def _form(record: Record) -> list[Terms]:
    if record.get("form"):
        return list(record["form"])
    labelled = record.get("form_fields")
    return form_from_labels(labelled) if labelled else GENERIC_FORM


def _papers(components: list[Record]) -> list[Terms]:
    used = {component["key"] for component in components if "key" in component}
    papers = []
    for component in components:
        quantity = (component.get("quantity") or "").strip(" ,")
        papers.append(
            {
                "key": component.get("key") or key_from(component["name"], used),
                "name": component["name"],
                "quantity": quantity,
                "is_required": component.get("required", False),
                # No original is asked for what the agency finds in a database by the identity number.
                "is_looked_up": component.get("looked_up", quantity.startswith("0 ")),
                "condition": component.get("condition"),
            }
        )
    return papers


def _time_limits(record: Record) -> list[Terms]:
    times = record["processing_time"]
    if not times:
        channels = [channel for channel in Channel.values if channel in record.get("fee_vnd", {})]
        return [
            {"channel": channel, "value": None, "unit": str(TimeUnit.WORKING_DAY), "note": NO_LIMIT}
            for channel in channels or [str(Channel.ONLINE), str(Channel.COUNTER)]
        ]
    return [_time_limit(channel, time) for channel, time in times.items()]


def _time_limit(channel: str, time: Record) -> Terms:
    notes = [time.get("printed"), time.get("note")]
    if time["unit"] == "unit_not_printed":
        notes.append(UNIT_UNVERIFIED)
    return {
        "channel": channel,
        "value": time["value"],
        "unit": str(_UNITS[time["unit"]]),
        "same_day_until": time.get("same_day_until"),
        "note": _joined(notes),
    }


def _fees(fees: Record) -> list[Terms]:
    rows = [_channel_fee(channel, fees[channel], fees.get("note")) for channel in Channel.values if channel in fees]
    rows += [
        {"name": PER_UNIT.get(key, key.replace("_", " ")), "amount_vnd": amount}
        for key, amount in fees.items()
        if key.startswith(("per_", "max_per_"))
    ]
    if "printed" in fees or "first_amount" in fees:
        amount = fees.get("first_amount")
        notes = [fees.get("printed"), fees.get("note")] if amount is not None else [fees.get("printed") or NO_FIGURE]
        rows.append({"name": FEE_NAME, "amount_vnd": amount, "note": _joined(notes)})
    return rows


def _channel_fee(channel: str, amount: int | str | None, note: str | None) -> Terms:
    if isinstance(amount, int):
        return {"name": FEE_NAME, "channel": channel, "amount_vnd": amount, "note": _joined([note])}
    return {"name": FEE_NAME, "channel": channel, "amount_vnd": None, "note": _joined([amount or NO_FIGURE, note])}


def _joined(notes: list[str | None]) -> str:
    return " ".join(note.strip() for note in notes if note)
