"""What a generator of texts or pictures returns, with where it came from. 生成内容"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from privdomain.models._base import Amount, Id, Instant, Model, Raw

__all__ = ["Generated", "GeneratedKind", "TokenUsage"]


class GeneratedKind(StrEnum):
    """What was made."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


class TokenUsage(Model):
    """What a generation used up."""

    input_tokens: int = Field(default=0, ge=0)
    """Tokens read."""
    output_tokens: int = Field(default=0, ge=0)
    """Tokens written."""
    cost: Amount | None = None
    """What it cost, by the prices that the host configured."""


class Generated(Model):
    """One piece that a generator made.

    ``is_machine_made`` decides about the visible and hidden AI labels; it is true even for a text that a template
    filled in when a model wrote the template.

    ```python
    from datetime import UTC, datetime
    from privdomain.models import Generated, GeneratedKind

    line = Generated(
        kind=GeneratedKind.TEXT, text="今晚八点，咖啡第二件半价", generator="template", is_machine_made=False,
        at=datetime(2026, 11, 11, tzinfo=UTC),
    )
    assert line == Generated.model_validate_json(line.model_dump_json())
    ```
    """

    # pictures survive JSON; pydantic's default would try to read them as UTF-8
    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    kind: GeneratedKind
    """What was made."""
    text: str = Field(default="", repr=False)
    """The text; of a picture what it shows. May name the person it was written for."""
    data: bytes = Field(default=b"", repr=False)
    """The picture or sound itself; base64 in JSON."""
    media_type: str = ""
    """What ``data`` is: ``image/png``, ``image/svg+xml`` …"""
    url: str = Field(default="", repr=False)
    """Where it lies, when the generator hands over an address instead; often a signed one."""
    generator: Id
    """What made it: ``template``, or provider and model."""
    prompt_version: str = ""
    """The version of the prompt or template."""
    request_hash: str = ""
    """Hash of everything that went in; the key of the cache."""
    seed: int | None = None
    """The seed, where the generator takes one."""
    finish_reason: str = ""
    """Why it ended, in the generator's word: ``stop``, ``length``, ``content_filter`` …"""
    usage: TokenUsage | None = None
    """What it used up."""
    is_machine_made: bool
    """Whether the law wants it labelled as made by AI."""
    is_cached: bool = False
    """Whether it was made earlier for the same request."""
    sources: tuple[str, ...] = ()
    """Ids of the knowledge items it cites."""
    produce_id: str = ""
    """The id for the hidden AIGC label (``ProduceID``)."""
    at: Instant
    """When it was made."""
    raw: Raw = Field(default_factory=dict)
    """The generator's own answer."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.kind is GeneratedKind.TEXT:
            if self.data:
                raise ValueError("a text is in text, not in data")
        elif not (self.data or self.url):
            raise ValueError(f"the {self.kind} is missing: give data or url")
        if self.data and not self.media_type:
            raise ValueError("media_type says what data is; it is empty")
        return self
