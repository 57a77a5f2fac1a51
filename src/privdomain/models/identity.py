"""What identifies a person, and what happened to identities."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from privdomain.models._base import Id, Instant, Model, Space

__all__ = ["IdentityKey", "IdentityMerged", "IdentitySplit", "KeyKind"]

_LOOKS_LIKE_A_PHONE: Final = re.compile(r"\+?[\d\s()-]{7,20}\Z")


class KeyKind(StrEnum):
    """Kinds of identity keys; a kind this release does not know may be any other text in ``IdentityKey.kind``."""

    UNIONID = "unionid"
    OPENID = "openid"
    EXTERNAL_USERID = "external_userid"
    BUYER_ID = "buyer_id"
    MEMBER_ID = "member_id"
    PHONE_HASH = "phone_hash"
    MASKED_PHONE = "masked_phone"
    DEVICE = "device"
    ADDRESS = "address"


class IdentityKey(Model):
    """One key of a person: ``kind``, ``value``, and the ``scope`` within which equal values mean one person.

    ```python
    from privdomain.models import IdentityKey, KeyKind

    openid = IdentityKey(kind=KeyKind.OPENID, value="oABC", scope="wx-app-1")
    assert "oABC" not in repr(openid)
    assert openid == IdentityKey.model_validate_json(openid.model_dump_json())
    ```
    """

    kind: Id
    """A word of `KeyKind`, or any other text."""
    value: Annotated[str, StringConstraints(min_length=1, max_length=256), Field(repr=False)]
    """The key itself. A phone number appears only as a keyed hash, or as the platform masks it."""
    scope: str = ""
    """Where equal values mean one person: an openid's app id, an external_userid's corp id, a buyer id's
    ``platform:shop``, a unionid's open-platform account, a phone hash's key id."""

    @model_validator(mode="after")
    def _no_plain_phone(self) -> Self:
        if self.kind == KeyKind.PHONE_HASH and _LOOKS_LIKE_A_PHONE.match(self.value):
            raise ValueError("value looks like a phone number; a phone_hash is a keyed hash (HMAC) of one")
        return self


class IdentityMerged(Model):
    """Two customers turned out to be one person: ``survivor_id`` stands for both from now on."""

    space: Space = ""
    """The tenant."""
    survivor_id: Id
    """The customer id that goes on."""
    merged_id: Id
    """The customer id that now means the survivor."""
    reason: str
    """The rule or proposal behind it."""
    actor: str
    """Who decided: a person's id, or the name of the resolver."""
    at: Instant
    """When."""

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.survivor_id == self.merged_id:
            raise ValueError("survivor_id and merged_id are the same customer")
        return self


class IdentitySplit(Model):
    """A merge was wrong: ``restored_id`` is a person again, apart from ``survivor_id``."""

    space: Space = ""
    """The tenant."""
    survivor_id: Id
    """The customer id that stood for both."""
    restored_id: Id
    """The customer id that is its own person again."""
    reason: str
    """Why the merge was wrong."""
    actor: str
    """Who decided: a person's id, or the name of the resolver."""
    at: Instant
    """When."""

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.survivor_id == self.restored_id:
            raise ValueError("survivor_id and restored_id are the same customer")
        return self
