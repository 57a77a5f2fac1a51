"""The answer of stable_token. wechat.md §2.2"""

from __future__ import annotations

from typing import Annotated

from annotated_types import Gt
from pydantic import Field

from privdomain.platforms._payload import Payload, Whole

__all__ = ["TokenReply"]


class TokenReply(Payload):
    """A token and the seconds it is still valid."""

    access_token: str = Field(min_length=1)
    expires_in: Annotated[Whole, Gt(0)]
