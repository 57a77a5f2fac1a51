"""What all of the mapping has in common: amounts, moments, people, and answers about something else."""

from __future__ import annotations

from datetime import UTC, datetime

from privdomain.errors import PayloadError, Problem
from privdomain.models import Buyer, IdentityKey, KeyKind
from privdomain.money import Money
from privdomain.platforms._payload import Json

__all__ = ["PLATFORM", "check_asked", "instant", "moment", "money", "person"]

PLATFORM = "wechat_shop"


def check_asked(answered: str, asked: str, *, kind: str, reply: Json) -> None:
    """Refuse an answer about something else: stored, it would be a change that nobody made."""
    if asked and answered != asked:
        other = Problem(f"{kind}.{kind}_id", f"is not the {kind} that was asked for", repr(asked))
        raise PayloadError(kind=kind, problems=[other], ref=asked, payload=reply)


def money(minor: int) -> Money:
    """An amount of 分."""
    return Money(minor, "CNY")


def instant(seconds: int) -> datetime:
    """Seconds since 1970 as a moment."""
    return datetime.fromtimestamp(seconds, UTC)


def moment(seconds: int) -> datetime | None:
    """The same, where 0 is none."""
    return instant(seconds) if seconds else None


def person(openid: str, unionid: str, *, app_id: str) -> Buyer:
    """Who it is: the openid counts within the app id, the unionid everywhere."""
    keys = [IdentityKey(kind=KeyKind.OPENID, value=openid, scope=app_id)]
    if unionid:
        keys.append(IdentityKey(kind=KeyKind.UNIONID, value=unionid))
    return Buyer(buyer_id=openid, keys=tuple(keys))
