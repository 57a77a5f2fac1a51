"""What tagging answers for one profile: the tags it has, and why."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from privdomain.models import TagKind
from privdomain.models._base import Instant, Model
from privdomain.rules import Explanation

__all__ = ["TagExplanation", "TagOutcome", "TagValue"]


class TagValue(Model):
    """One tag of one customer: what, from which version of which rule, seen when, until when."""

    tag: str
    """The tag."""
    group: str = ""
    """The group whose tags exclude each other; empty for a tag that stands alone."""
    value: str = ""
    """The tag's value; empty for a tag that is just there."""
    kind: TagKind
    """What it rests on."""
    rule: str
    """The rule that set it, by its id."""
    rule_version: str
    """The version of that rule."""
    observed_at: Instant
    """The moment the profile is about."""
    expires_at: Instant | None = None
    """When it ends by itself, that moment excluded; None for never."""


class TagOutcome(StrEnum):
    """What became of a rule for one profile."""

    SET = "set"
    OUTRANKED = "outranked"
    NOT_MATCHED = "not_matched"


@frozen
class TagExplanation:
    """Why a rule set its tag, or did not: ``why`` has the clauses that decided, ``by`` the rule that came first."""

    rule: str
    tag: str
    value: str
    outcome: TagOutcome
    why: Explanation
    by: str = ""

    def __str__(self) -> str:
        behind = f" by {self.by}" if self.by else ""
        return f"{self.rule}: {self.outcome.replace('_', ' ')}{behind}\n{self.why}"
