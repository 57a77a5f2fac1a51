"""Dates and instants as text, one strict form each, the same in rule texts and in JSON."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from privdomain.errors import RuleError
from privdomain.rules._ast import Constant, constant

__all__ = ["DATE_FORM", "INSTANT_FORM", "date_constant", "instant_constant", "moment_text"]

DATE_FORM: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT_FORM: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$"
)
"""ISO 8601 with a zone and at most microseconds: what every engine can keep."""


def date_constant(text: str) -> Constant:
    """The date in ``2026-11-11``.

    Raises:
        RuleError: for another form, or a day that does not exist.
    """
    if not re.match(DATE_FORM, text):
        raise RuleError(f"{text!r} is no date; expected 2026-11-11")
    try:
        return constant(date.fromisoformat(text))
    except ValueError:
        raise RuleError(f"{text!r} is a day that does not exist") from None


def instant_constant(text: str) -> Constant:
    """The instant in ``2026-11-11T00:00:00+08:00``; ``Z`` is UTC.

    Raises:
        RuleError: without a zone, with more than microseconds, or for a time that does not exist.
    """
    if not re.match(INSTANT_FORM, text):
        raise RuleError(f"{text!r} is no instant; expected 2026-11-11T00:00:00+08:00, the zone included")
    try:
        return constant(datetime.fromisoformat(text))
    except RuleError:
        raise
    except ValueError:
        raise RuleError(f"{text!r} is a time that does not exist") from None


def moment_text(value: date) -> str:
    """The canonical text: a date as it is, an instant in UTC with ``Z``."""
    return value.isoformat().replace("+00:00", "Z")
