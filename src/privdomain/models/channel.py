"""What a channel can carry, so that a message that cannot be sent is refused before it is tried.

Quotas and quiet times are not here: they are dated rules about people, kept in ``compliance``.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import Id, Model

__all__ = ["ChannelCapabilities", "LengthUnit", "SendRepeat", "TextLimit"]


class LengthUnit(StrEnum):
    """In what a text is measured. ``CJK_WEIGHTED`` counts a Chinese character 1 and an ASCII one ½."""

    CHARACTERS = "characters"
    UTF8_BYTES = "utf8_bytes"
    UTF16_UNITS = "utf16_units"
    CJK_WEIGHTED = "cjk_weighted"
    CJK_DOUBLE = "cjk_double"


class SendRepeat(StrEnum):
    """When a send may be repeated: at any time, with the same key, or never by itself."""

    ALWAYS = "always"
    WITH_KEY = "with_key"
    NEVER = "never"


class TextLimit(Model):
    """How long one part of a message may be."""

    part: Id
    """Which part: ``text``, ``title``, ``description``, a template's field …"""
    at_most: int = Field(ge=1)
    """The limit."""
    unit: LengthUnit
    """In what it is measured."""


class ChannelCapabilities(Model):
    """What one channel can do.

    ```python
    from datetime import date
    from privdomain.models import ChannelCapabilities, LengthUnit, SendRepeat, TextLimit

    wecom = ChannelCapabilities(
        channel="wecom", key_kinds=("external_userid",), needs_staff=True, repeat=SendRepeat.NEVER,
        limits=(TextLimit(part="text", at_most=4000, unit=LengthUnit.UTF8_BYTES),), max_attachments=9,
    )
    assert wecom.limit("text").at_most == 4000 and wecom.limit("title") is None
    ```
    """

    channel: Id
    """Which channel."""
    key_kinds: tuple[Id, ...] = Field(min_length=1)
    """The kinds of `IdentityKey` it can address."""
    needs_template: bool = False
    """Only approved templates can be sent."""
    needs_staff: bool = False
    """A member of staff has to confirm each send."""
    attachment_kinds: tuple[Id, ...] = ()
    """What may hang on a message."""
    max_attachments: int = Field(default=0, ge=0)
    """How many of them."""
    limits: tuple[TextLimit, ...] = ()
    """How long its parts may be."""
    batch_size: int = Field(default=1, ge=1)
    """How many people one call can reach."""
    repeat: SendRepeat
    """When a send may be repeated."""
    can_query: bool = False
    """The outcome of a send can be asked for later."""
    reports_delivery: bool = False
    """It says when a message arrived."""
    reports_reading: bool = False
    """It says when a message was read."""
    source: str = ""
    """The page this was taken from."""
    as_of: date | None = None
    """The day it was read."""

    def limit(self, part: str) -> TextLimit | None:
        """The limit of one part; None where there is none."""
        return next((limit for limit in self.limits if limit.part == part), None)

    @model_validator(mode="after")
    def _one_limit_each(self) -> Self:
        parts = [limit.part for limit in self.limits]
        if len(parts) != len(set(parts)):
            raise ValueError("limits names a part twice; one part has one limit")
        return self
