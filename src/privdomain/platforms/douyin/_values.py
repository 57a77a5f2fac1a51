"""What every mapping of 抖店 needs: money, moments, and saying what is wrong with a payload."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import ValidationError

from privdomain.calendar import BUSINESS_ZONE
from privdomain.errors import PayloadError, Problem
from privdomain.models import payload_problems
from privdomain.money import Money
from privdomain.platforms._payload import Json

__all__ = ["PLATFORM", "beijing", "beijing_text", "build", "check_asked", "fen", "instant", "moment"]

PLATFORM = "douyin"

T = TypeVar("T")

_FORMAT = "%Y-%m-%d %H:%M:%S"


def fen(minor: int) -> Money:
    """An amount in 分."""
    return Money(minor, "CNY")


def instant(seconds: int) -> datetime:
    """A moment in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def moment(seconds: int) -> datetime | None:
    """As `instant`; 0 is none."""
    return instant(seconds) if seconds else None


def beijing(text: str) -> datetime | None:
    """A moment written in Beijing time, or as seconds; None for anything else."""
    if text.isascii() and text.isdigit():
        return moment(int(text)) if len(text) <= len("1762833600") else None
    try:
        return datetime.strptime(text, _FORMAT).replace(tzinfo=BUSINESS_ZONE)
    except ValueError:
        return None


def beijing_text(seconds: int) -> str:
    """A moment as the platform's calls about money want it."""
    return instant(seconds).astimezone(BUSINESS_ZONE).strftime(_FORMAT)


def build(make: Callable[[], T], *, kind: str, ref: str, payload: Json) -> T:
    """A record of ours, or a `PayloadError` with the paths of what the payload may have and the record may not."""
    try:
        return make()
    except ValidationError as error:
        failure = error
    # outside the handler: a context would carry the payload's values along
    problems = payload_problems(failure, prefix=kind)
    raise PayloadError(kind=kind, problems=problems, ref=ref, payload=payload)


def check_asked(answered: str, asked: str, *, path: str, kind: str, reply: Json) -> None:
    """Refuse an answer about something else: stored, it would be a change that nobody made."""
    if asked and answered != asked:
        other = Problem(path, f"is not the {kind} that was asked for", repr(asked))
        raise PayloadError(kind=kind, problems=[other], ref=asked, payload=reply)
