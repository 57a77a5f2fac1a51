"""Who entered or left a segment, and which tags came and went: what triggers and other systems listen to."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from privdomain.models._base import Id, Instant, Model, Space, not_before

__all__ = ["SegmentChange", "SegmentDelta", "TagChange", "TagDelta", "TagKind"]


class SegmentChange(StrEnum):
    """进入, 离开."""

    ENTERED = "entered"
    LEFT = "left"


class SegmentDelta(Model):
    """One person entered or left one segment between two snapshots of it.

    ``(space, segment_id, customer_id, base_at)`` identifies it: a snapshot computed again gives the same deltas.
    """

    space: Space = ""
    """The tenant."""
    segment_id: Id
    """The segment."""
    customer_id: Id
    """Our id of the person."""
    change: SegmentChange
    """Which way."""
    definition_version: str = ""
    """The version of the segment's definition."""
    base_at: Instant
    """The moment the snapshot is about."""
    computed_at: Instant
    """When it was computed; before ``base_at`` for a snapshot of a day that is not over."""


class TagKind(StrEnum):
    """Where a tag comes from.

    Of two values the one listed earlier wins: what staff set, then imports, facts, rules, computed traits,
    predictions.
    """

    MANUAL = "manual"
    IMPORTED = "imported"
    FACT = "fact"
    RULE = "rule"
    COMPUTED = "computed"
    PREDICTED = "predicted"


class TagChange(StrEnum):
    """What became of a tag. ``SUPPRESSED`` was removed by the person: rules do not set it again."""

    ADDED = "added"
    KEPT = "kept"
    REMOVED = "removed"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


class TagDelta(Model):
    """One tag of one person came, stayed or went.

    ```python
    from datetime import UTC, datetime
    from privdomain.models import TagChange, TagDelta, TagKind

    at = datetime(2026, 5, 1, 10, tzinfo=UTC)
    delta = TagDelta(
        customer_id="c1", tag_id="spend", value="high", change=TagChange.ADDED, kind=TagKind.RULE,
        rule_id="spend-level", rule_version="3", observed_at=at, at=at,
    )
    assert delta.expires_at is None
    ```
    """

    space: Space = ""
    """The tenant."""
    customer_id: Id
    """Our id of the person."""
    tag_id: Id
    """The tag."""
    group_id: str = ""
    """The group whose tags exclude each other; empty for a tag that stands alone."""
    value: str = ""
    """The tag's value; empty for a tag that is just there."""
    change: TagChange
    """What became of it."""
    kind: TagKind
    """Where it comes from."""
    source: str = ""
    """The member of staff, file, rule pack or model it comes from."""
    rule_id: str = ""
    """The rule that set it."""
    rule_version: str = ""
    """The rule's version."""
    score: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    """A prediction's probability."""
    observed_at: Instant
    """The moment of the facts it rests on."""
    expires_at: Instant | None = None
    """When it ends by itself, that moment excluded; None for never."""
    evidence: tuple[str, ...] = ()
    """Ids of the orders or events it rests on."""
    at: Instant
    """When the change was made."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        not_before(self.observed_at, self.expires_at, names=("observed_at", "expires_at"))
        if self.score is not None and self.kind is not TagKind.PREDICTED:
            raise ValueError(f"score belongs to a predicted tag, this one is {self.kind}")
        return self
