"""A document as plain JSON, so that what was issued can be shown again as it was, whatever the law says since."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from maillage.cores.einvoicing.values import (
    Address,
    Allowance,
    CreditNote,
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    Quote,
    Reference,
    Vat,
)

_KINDS: dict[str, type[Invoice]] = {"invoice": Invoice, "credit_note": CreditNote, "quote": Quote}


def to_json(document: Invoice) -> dict[str, Any]:
    """Dates as ISO, decimals as text; `from_json` gives the document again."""
    kind = next(name for name, made in _KINDS.items() if made is type(document))
    plain: dict[str, Any] = _plain(asdict(document))
    return {"type": kind, **plain}


def from_json(stored: dict[str, Any]) -> Invoice:
    """The document that `to_json` was given. Raises KeyError for what it did not write."""
    said = dict(stored)
    kind = _KINDS[said.pop("type")]
    for key in ("issued_on", "delivered_on", "valid_until"):
        if key in said:
            said[key] = _day(said[key])
    said["seller"], said["buyer"] = _party(said["seller"]), _party(said["buyer"])
    said["lines"] = tuple(_line(line) for line in said["lines"])
    said["payment"] = _payment(said["payment"])
    said["notes"] = tuple(Note(**note) for note in said["notes"])
    said["allowances"] = tuple(Allowance(**{**one, "vat": _vat(one["vat"])}) for one in said["allowances"])
    said["refers_to"] = tuple(
        Reference(one["number"], date.fromisoformat(one["issued_on"])) for one in said["refers_to"]
    )
    return kind(**said)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _payment(said: dict[str, Any]) -> Payment:
    """What was issued before `prepaid_on` was kept has none."""
    return Payment(**{**said, "due_on": _day(said["due_on"]), "prepaid_on": _day(said.get("prepaid_on"))})


def _party(said: dict[str, Any]) -> Party:
    return Party(**{**said, "address": Address(**said["address"])})


def _vat(said: dict[str, Any]) -> Vat:
    return Vat(**{**said, "rate": Decimal(said["rate"])})


def _line(said: dict[str, Any]) -> Line:
    numbers = {"quantity": Decimal(said["quantity"]), "price": Decimal(said["price"])}
    return Line(**{**said, **numbers, "vat": _vat(said["vat"])})
