"""Replies that many operations share."""

from __future__ import annotations

from pydantic import Field

from privdomain.platforms._payload import Json, OptionalId, Whole
from privdomain.platforms.kuaishou._fields import KuaishouPayload

__all__ = ["AnyReply", "IdReply", "TokenReply"]


class TokenReply(KuaishouPayload):
    """A pair of tokens. ``refresh_token_expires_in`` counts down from the authorization, not from the refresh."""

    access_token: str = Field(alias="access_token", min_length=1)
    expires_in: Whole = Field(alias="expires_in", gt=0)
    refresh_token: str = Field(default="", alias="refresh_token")
    refresh_token_expires_in: Whole = Field(default=0, alias="refresh_token_expires_in")
    open_id: OptionalId = Field(default="", alias="open_id")
    scopes: tuple[str, ...] = ()


class AnyReply(KuaishouPayload):
    """An answer whose fields no document lists: ``data`` as it came."""

    data: Json = Field(default_factory=dict)


class IdReply(KuaishouPayload):
    """An answer that names one thing."""

    data: OptionalId = ""
