"""`TagRule`: which customers get a tag, as data that is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic import Field, ValidationError

from privdomain.errors import ArgumentError, PolicyError
from privdomain.models import Model, TagKind, payload_problems
from privdomain.rules import Rule

__all__ = ["TagRule", "expiry"]


class TagRule(Model):
    """A tag, or one value of a tag, for those for whom a rule holds.

    The rules of one tag are its values in order, and the tags of one ``group`` exclude each other: of all the rules
    that hold, one wins. First by ``kind`` (manual before rule before predicted), then by the larger
    ``priority``, then as listed.

    ```python
    from privdomain.customers.tagging import TagRule
    from privdomain.rules import field

    high = TagRule("spend", field("spend_minor") >= 500_000, value="high", ttl_days=30)
    assert high == TagRule("spend", "spend_minor >= 500000", value="high", ttl_days=30)
    assert high.rule_id == "spend=high"
    assert TagRule("spend", "spend_minor >= 400000", value="high").version != high.version
    ```

    Raises:
        PolicyError: with every field that is wrong; a rule text with an error says where.
    """

    tag: str = Field(min_length=1, max_length=128)
    """The tag, by the name everybody uses."""
    rule: Rule
    """For whom; in JSON its text."""
    value: str = Field(default="", max_length=128)
    """The tag's value; empty for a tag that is just there."""
    group: str = Field(default="", max_length=128)
    """Tags of the same group exclude each other; empty for a tag that stands alone."""
    kind: TagKind = TagKind.RULE
    """What the rule rests on: staff's own marks, facts, rules over traits, a prediction."""
    priority: int = 0
    """The larger number wins among rules of the same kind that exclude each other."""
    ttl_days: int | None = Field(default=None, ge=1, le=36_500)
    """How many times 24 hours the tag lasts unless it is set again; None for ever."""
    name: str = Field(default="", max_length=256)
    """The rule's own name; needed where two rules give the same tag and value."""

    def __init__(
        self,
        tag: str,
        rule: Rule | str,
        *,
        value: str = "",
        group: str = "",
        kind: TagKind = TagKind.RULE,
        priority: int = 0,
        ttl_days: int | None = None,
        name: str = "",
    ) -> None:
        given: dict[str, Any] = {"tag": tag, "rule": rule, "value": value, "group": group, "kind": kind}
        given |= {"priority": priority, "ttl_days": ttl_days, "name": name}
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise PolicyError(
                f"the tag rule {name or tag!r} cannot be used", problems=payload_problems(error)
            ) from None

    # pydantic reads documents without calling this __init__, so that a field missing there is reported by its path
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]

    @property
    def rule_id(self) -> str:
        """What the rule is called in results: its name, or the tag and value it gives."""
        return self.name or (f"{self.tag}={self.value}" if self.value else self.tag)

    @property
    def slot(self) -> tuple[str, str]:
        """What there can be only one of: a value of this tag, or a tag of this group."""
        return ("group", self.group) if self.group else ("tag", self.tag)

    @property
    def version(self) -> str:
        """A hash of the definition: 16 hex digits that change when anything in it changes, and only then.

        The rule counts by its structure: other spaces, or ``20_000`` for ``20000``, are the same version.
        """
        return fingerprint(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """The definition as JSON values, defaults left out, the rule as text."""
        return self.model_dump(mode="json", exclude_defaults=True)


def expiry(rule: TagRule, *, at: datetime) -> datetime | None:
    """When a tag that is set now ends by itself, None for never.

    Raises:
        ArgumentError: when that is after the year 9999, which no engine's calendar has.
    """
    if rule.ttl_days is None:
        return None
    try:
        return at + timedelta(days=rule.ttl_days)
    except OverflowError:
        raise ArgumentError(
            f"{rule.rule_id} set at {at.isoformat()} with ttl_days={rule.ttl_days} ends after the year 9999; "
            "leave ttl_days out for a tag without an end"
        ) from None


def fingerprint(document: Mapping[str, Any]) -> str:
    """16 hex digits of the document, whatever the order of its keys."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:16]
