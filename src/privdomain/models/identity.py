"""What identifies a person, and what happened to identities."""

from __future__ import annotations

from enum import StrEnum

from privdomain.models._base import Id, Instant, Model, Personal

__all__ = ["IdentityKey", "IdentityMerged", "IdentitySplit", "KeyKind"]


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

    The scope of an openid is its app id, of an external_userid the corp id, of a buyer id ``platform:shop``; a
    unionid's is the open-platform account. A phone number appears only as a keyed hash.
    """

    kind: Id
    value: Personal
    scope: str = ""


class IdentityMerged(Model):
    """Two customers turned out to be one person: ``survivor_id`` stands for both from now on."""

    space: str = ""
    survivor_id: Id
    merged_id: Id
    reason: str
    actor: str
    at: Instant


class IdentitySplit(Model):
    """A merge was wrong: ``restored_id`` is a person again, apart from ``survivor_id``."""

    space: str = ""
    survivor_id: Id
    restored_id: Id
    reason: str
    actor: str
    at: Instant
