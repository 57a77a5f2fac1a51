"""What the operations of 微信小店 have in common: where they are documented, how long a window may be, nested parts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from privdomain.errors import ArgumentError
from privdomain.models import payload_problems

__all__ = ["API", "DAY", "DOCS", "READ", "WEEK", "Part", "TimeRange"]

DOCS = "https://developers.weixin.qq.com/doc"
API = f"{DOCS}/channels/API"
READ = "(read 2026-11-24)"

WEEK = timedelta(days=7)
DAY = timedelta(hours=24)


class Part(BaseModel):
    """A nested part of a request: as strict as the operation that it belongs to.

    Raises:
        ArgumentError: for a missing, misspelt or wrongly typed field.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, defer_build=True, hide_input_in_errors=True
    )

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            failure = error
        else:
            return
        name = type(self).__name__
        raise ArgumentError(f"{name} cannot be sent", problems=payload_problems(failure, prefix=name))


class TimeRange(Part):
    """From one second through another, both included; at most 7 days apart in order listings."""

    start_time: int
    end_time: int
