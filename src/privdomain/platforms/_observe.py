"""Watching a client: one record per attempt, handed to whoever asked for it. Nothing secret is in it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal, TypeAlias

from attrs import frozen

__all__ = ["AttemptRecord", "Observer", "tell"]

logger = logging.getLogger(__name__)


@frozen(kw_only=True)
class AttemptRecord:
    """One attempt of one call, and what became of it.

    ``outcome`` is ``ok``, ``silent`` (no answer), ``refused`` (the platform said no), ``failed`` (5xx, busy or not
    readable), or ``throttled``. ``quota_left`` is what the platform says is left of the day, None where it says
    nothing.
    """

    platform: str
    shop_id: str
    operation: str
    attempt: int
    seconds: float
    outcome: Literal["ok", "silent", "refused", "failed", "throttled"]
    code: str = ""
    request_id: str = ""
    quota_left: int | None = None


Observer: TypeAlias = Callable[[AttemptRecord], None]
"""Called after every attempt, in the thread or task that made it; what it raises is logged and goes no further."""


def tell(observer: Observer | None, record: AttemptRecord) -> None:
    """Hand a record over; an observer that fails must not fail the call."""
    if observer is None:
        return
    try:
        observer(record)
    except Exception:
        logger.exception("the observer failed on an attempt of %s", record.operation)
