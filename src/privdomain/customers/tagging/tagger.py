"""`Tagger`: rules that are asked together, of one profile or of a frame of all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, cast

from pydantic import ValidationError

from privdomain.calendar import BUSINESS_ZONE, Zone, find_zone
from privdomain.customers._moments import cut_at
from privdomain.customers.tagging.rules import TagRule, expiry, fingerprint
from privdomain.customers.tagging.values import TagExplanation, TagOutcome, TagValue
from privdomain.errors import ArgumentError, FrameError, PolicyError, Problem, nearest
from privdomain.models import TagKind, payload_problems
from privdomain.rules import Row, RuleSet

__all__ = ["DOCUMENT", "Tagger"]

DOCUMENT: Final = "tag-rules/1"
"""The tag of the JSON document that `Tagger.to_json` writes."""

_KINDS: Final = list(TagKind)


class Tagger:
    """Tag rules with one meaning for one customer and for all of them.

    A tag has one value at a time and a group one tag: `TagRule` says which rule wins. A comparison with a missing
    field is false, so only a rule that says ``is missing`` or ``not`` holds for those of whom nothing is known.

    ```python
    from datetime import UTC, datetime
    import polars as pl
    from privdomain.customers.tagging import Tagger, TagRule

    tagger = Tagger(
        [
            TagRule("消费水平", "spend_minor >= 500000", value="高"),
            TagRule("消费水平", "spend_minor >= 100000", value="中"),
            TagRule("沉睡客户", "days_since_last_order > 180", ttl_days=30),
        ]
    )
    profiles = pl.DataFrame(
        {"customer_id": ["c1", "c2"], "spend_minor": [600_000, 100_000], "days_since_last_order": [3, 400]}
    )
    at = datetime(2026, 5, 1, 10, tzinfo=UTC)
    tags = tagger.tag(profiles, as_of=at)
    assert tags["rule"].to_list() == ["消费水平=高", "消费水平=中", "沉睡客户"]
    assert tagger.mark(profiles)["沉睡客户"].to_list() == [False, True]
    assert [tag.value for tag in tagger.tag_row(profiles.row(0, named=True), at=at)] == ["高"]
    assert Tagger.from_json(tagger.to_json()).version == tagger.version
    ```

    Args:
        rules: The rules; among equals the one listed first wins.
        customer_id: The column that says whose profile a row is.
        zone: The zone in which a ``date`` given as ``as_of`` begins.

    Raises:
        PolicyError: for rules that cannot stand together: two of one id, one that can never win, a tag in two groups.
    """

    def __init__(
        self, rules: Iterable[TagRule], *, customer_id: str = "customer_id", zone: Zone = BUSINESS_ZONE
    ) -> None:
        self.rules: Final = tuple(rules)
        self.customer_id: Final = customer_id
        self.zone: Final = find_zone(zone)
        _lint(self.rules)
        self._set = RuleSet({each.rule_id: each.rule for each in self.rules})
        by_slot: dict[tuple[str, str], list[int]] = {}
        for number in sorted(range(len(self.rules)), key=self._rank):
            by_slot.setdefault(self.rules[number].slot, []).append(number)
        # slots in the order in which the list first names them
        self._slots: Final = sorted(by_slot.values(), key=min)

    def _rank(self, number: int) -> tuple[int, int, int]:
        each = self.rules[number]
        return _KINDS.index(each.kind), -each.priority, number

    @property
    def version(self) -> str:
        """A hash of all definitions in their order."""
        return fingerprint({"rules": [each.to_dict() for each in self.rules]})

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields the rules depend on, sorted."""
        return self._set.fields

    def check(self, kinds: Mapping[str, str]) -> None:
        """Compare the rules with fields and their kinds (`privdomain.frames.kinds`) before anything runs.

        Raises:
            RuleError: for fields that are not there; `RuleTypeError` for fields of another kind. Both list all.
        """
        self._set.check(kinds)

    # --- one profile

    def tag_row(self, row: Row, *, at: datetime) -> tuple[TagValue, ...]:
        """The tags of one profile; the same answer as `tag` for a frame of it.

        Raises:
            RuleTypeError: for a value of another kind than the rules compare it with.
            ArgumentError: when a tag set at that moment would end after the year 9999.
        """
        moment = cut_at(at, zone=self.zone).instant
        return tuple(self._value(self.rules[number], moment) for number in self._winners(row))

    def explain(self, row: Row) -> tuple[TagExplanation, ...]:
        """For every rule, in the order listed: set, outranked by which, or not matched, and the clauses that decided.

        ```python
        from privdomain.customers.tagging import Tagger, TagRule

        tagger = Tagger([TagRule("vip", "spend_minor >= 500000 and refunds < 3")])
        (why,) = tagger.explain({"spend_minor": 600_000, "refunds": 4})
        assert why.outcome == "not_matched" and [clause.field for clause in why.why.decided] == ["refunds"]
        ```
        """
        winners = {self.rules[number].slot: number for number in self._winners(row)}
        found: list[TagExplanation] = []
        for number, each in enumerate(self.rules):
            why = each.rule.explain(row)
            winner = winners.get(each.slot)
            outcome, by = TagOutcome.NOT_MATCHED, ""
            if winner == number:
                outcome = TagOutcome.SET
            elif why.matches and winner is not None:
                outcome, by = TagOutcome.OUTRANKED, self.rules[winner].rule_id
            found.append(TagExplanation(each.rule_id, each.tag, each.value, outcome, why, by))
        return tuple(found)

    def _winners(self, row: Row) -> list[int]:
        holding = set(self._set.matching(row))
        ranked = (
            (number for number in slot if self.rules[number].rule_id in holding) for slot in self._slots
        )
        return [number for found in ranked if (number := next(found, None)) is not None]

    @staticmethod
    def _value(each: TagRule, at: datetime) -> TagValue:
        return TagValue(
            tag=each.tag,
            group=each.group,
            value=each.value,
            kind=each.kind,
            rule=each.rule_id,
            rule_version=each.version,
            observed_at=at,
            expires_at=expiry(each, at=at),
        )

    # --- a frame of profiles

    def tag(self, frame: Any, *, as_of: date | datetime) -> Any:
        """A frame of the same kind with one row per customer and tag, from one row per customer.

        Columns: the customer's id, tag, group, value, kind, rule, rule_version, observed_at, expires_at. A row without
        an id is left out. Lazy frames stay lazy, in no order, and are not looked into: a customer who stands in one
        twice is tagged twice.

        Raises:
            FrameError: when there is no column with the customers' ids, or an eager frame has a customer twice.
            ArgumentError: when a tag set at ``as_of`` would end after the year 9999.
            RuleError: for fields that are no columns; `RuleTypeError` for columns of another kind. Both list all.
        """
        from privdomain.customers._frames import (  # noqa: PLC0415  (with profiles alone no engine loads)
            open_frame,
            refuse_repeats,
        )
        from privdomain.customers.tagging._plan import plan_tags  # noqa: PLC0415
        from privdomain.frames._engines import run  # noqa: PLC0415

        moment = cut_at(as_of, zone=self.zone).instant
        opened = open_frame(frame)
        columns = opened.collect_schema().names()
        if self.customer_id not in columns:
            hint = nearest(self.customer_id, columns)
            raise FrameError(
                "nobody can be tagged",
                problems=[
                    Problem(self.customer_id, "is missing" + (f", did you mean {hint!r}?" if hint else ""))
                ],
            )
        refuse_repeats(
            frame, keys=[self.customer_id], message="profiles are one row per customer; there are customers"
        )
        wished = {self.customer_id, *self.fields}
        # only what is read is converted; where something is missing, the error sees all there is
        narrow = opened.select(*sorted(wished)).to_native() if wished.issubset(columns) else frame
        return run(
            narrow,
            lambda lazy: plan_tags(
                lazy, self.rules, slots=self._slots, customer_id=self.customer_id, at=moment
            ),
        )

    def mark(self, frame: Any) -> Any:
        """The frame with one bool column per rule, named by the rule's id: whether it gives its tag.

        Raises:
            ArgumentError: for a rule named like a column.
            RuleError: for fields that are no columns; `RuleTypeError` for columns of another kind. Both list all.
        """
        from privdomain.customers.tagging._plan import mark_rules  # noqa: PLC0415
        from privdomain.frames._engines import add_columns, columns_of  # noqa: PLC0415

        # DuckDB and Spark tell columns apart without their case
        taken = {name.casefold() for name in columns_of(frame)}
        for each in self.rules:
            if each.rule_id.casefold() in taken:
                raise ArgumentError(
                    f"a column named {each.rule_id!r} is there already; give the tag rule a name="
                )
            taken.add(each.rule_id.casefold())
        return add_columns(
            frame, lambda lazy: mark_rules(lazy, self.rules, slots=self._slots), reads=self.fields
        )

    # --- written forms

    def to_dict(self) -> dict[str, Any]:
        """The rules as a JSON document, each rule as text."""
        return {"schema": DOCUMENT, "rules": [each.to_dict() for each in self.rules]}

    def to_json(self) -> str:
        """The document as text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(
        cls,
        document: str | Mapping[str, Any],
        *,
        customer_id: str = "customer_id",
        zone: Zone = BUSINESS_ZONE,
    ) -> Tagger:
        """The tagger that a document describes: text, or what ``json.loads`` made of it.

        Raises:
            PolicyError: with the path of every wrong place (``rules[2].rule``); also for rules that cannot stand
                together.
        """
        return cls(_load(document), customer_id=customer_id, zone=zone)


def _load(document: str | Mapping[str, Any]) -> list[TagRule]:
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except json.JSONDecodeError as error:
            raise PolicyError(f"this is no JSON: {error}") from None
    if not isinstance(document, Mapping) or document.get("schema") != DOCUMENT:
        raise PolicyError(f'a document of tag rules is {{"schema": "{DOCUMENT}", "rules": […]}}')
    found: list[TagRule] = []
    unknown = sorted(set(document) - {"schema", "rules"})
    problems = [Problem(name, "is not a field of this document") for name in unknown]
    rules: Any = document.get("rules")
    if not isinstance(rules, list):
        problems.append(Problem("rules", "is missing or no list", "a list of tag rules"))
        rules = []
    for position, each in enumerate(cast("list[Any]", rules)):
        try:
            found.append(TagRule.model_validate(each))
        except ValidationError as error:
            problems += payload_problems(error, payload=each, prefix=f"rules[{position}]")
    if problems:
        raise PolicyError(f"the document {DOCUMENT} cannot be read", problems=problems)
    return found


def _lint(rules: Sequence[TagRule]) -> None:
    if not rules:
        raise PolicyError("a Tagger has one rule or more")
    problems: list[Problem] = []
    ids: dict[str, int] = {}
    groups: dict[str, str] = {}
    asked: dict[tuple[tuple[str, str], Any], str] = {}
    for position, each in enumerate(rules):
        if not isinstance(each, TagRule):
            problems.append(Problem(f"rules[{position}]", f"is {type(each).__name__}", "a TagRule"))
            continue
        path = f"rules[{position}] {each.rule_id}"
        if each.rule_id in ids:
            problems.append(Problem(path, f"has the id of rules[{ids[each.rule_id]}]", "a name= of its own"))
        ids.setdefault(each.rule_id, position)
        if groups.setdefault(each.tag, each.group) != each.group:
            problems.append(
                Problem(
                    path,
                    f"puts the tag {each.tag!r} into group {each.group!r}",
                    f"its group {groups[each.tag]!r}",
                )
            )
        twin = asked.setdefault((each.slot, each.rule), each.rule_id)
        if twin != each.rule_id:
            problems.append(
                Problem(path, f"holds exactly when {twin} does", "another rule, or only one of the two")
            )
    if problems:
        raise PolicyError("these tag rules cannot stand together", problems=problems)
