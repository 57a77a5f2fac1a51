"""Tagging as a narwhals plan: rules into columns, one winner per slot, winners into rows.

Wide becomes long by writing the numbers of the winning rules into one text per customer and splitting it: one pass,
whatever the number of tags, on every engine (narwhals' ``unpivot`` does not run on every DuckDB connection).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias, cast

import narwhals.stable.v2 as nw

from privdomain.customers.tagging.rules import TagRule, expiry
from privdomain.rules import match_frame

__all__ = ["TAG_COLUMNS", "mark_rules", "plan_tags"]

Frame: TypeAlias = nw.LazyFrame[Any]

TAG_COLUMNS: Final = ("tag", "group", "value", "kind", "rule", "rule_version", "observed_at", "expires_at")
"""The columns of a frame of tags, after the customer's id."""

_WON: Final = "_pd_won"


def _holds(number: int) -> str:
    return f"_pd_holds_{number}"


def _matched(frame: Frame, rules: Sequence[TagRule]) -> Frame:
    named = {_holds(number): each.rule for number, each in enumerate(rules)}
    return cast("Frame", nw.from_native(match_frame(frame.to_native(), rules=named)))


def mark_rules(frame: Frame, rules: Sequence[TagRule], *, slots: Sequence[Sequence[int]]) -> Frame:
    """One bool column per rule, named by its id: whether it wins its slot."""
    kept = frame.collect_schema().names()
    frame = _matched(frame, rules)
    wins: dict[int, nw.Expr] = {}
    for ranked in slots:
        for position, number in enumerate(ranked):
            before = [nw.col(_holds(other)) for other in ranked[:position]]
            holds = nw.col(_holds(number))
            wins[number] = holds & ~nw.any_horizontal(*before, ignore_nulls=False) if before else holds
    return frame.select(*kept, *(wins[number].alias(each.rule_id) for number, each in enumerate(rules)))


def plan_tags(
    frame: Frame, rules: Sequence[TagRule], *, slots: Sequence[Sequence[int]], customer_id: str, at: datetime
) -> Frame:
    """One row per customer and tag."""
    frame = _matched(frame.filter(~nw.col(customer_id).is_null()), rules)
    winners = {f"_pd_slot_{position}": _first(ranked) for position, ranked in enumerate(slots)}
    frame = frame.with_columns(**winners)
    won = nw.concat_str(*(nw.col(name) for name in winners), separator=",", ignore_nulls=True)
    frame = frame.select(nw.col(customer_id), won.alias(_WON)).filter(nw.col(_WON) != "")
    frame = frame.with_columns(nw.col(_WON).str.split(",")).explode(_WON)
    texts: Mapping[str, list[str]] = {
        "tag": [each.tag for each in rules],
        "group": [each.group for each in rules],
        "value": [each.value for each in rules],
        "kind": [each.kind.value for each in rules],
        "rule": [each.rule_id for each in rules],
        "rule_version": [each.version for each in rules],
    }
    return frame.select(
        nw.col(customer_id),
        *(_told(values).alias(name) for name, values in texts.items()),
        nw.lit(at).alias("observed_at"),
        _expiry(rules, at).alias("expires_at"),
    )


def _first(ranked: Sequence[int]) -> nw.Expr:
    """The number of the first rule that holds, as text; missing where none does."""
    *others, last = ranked
    chosen = nw.when(nw.col(_holds(last))).then(nw.lit(str(last)))
    found: nw.Expr = chosen
    for number in reversed(others):
        found = nw.when(nw.col(_holds(number))).then(nw.lit(str(number))).otherwise(found)
    return found


def _told(values: Sequence[str]) -> nw.Expr:
    """A text of the rule whose number stands in the row."""
    if len(set(values)) == 1:
        return nw.lit(values[0])
    numbers = [str(number) for number in range(len(values))]
    return nw.col(_WON).replace_strict(numbers, list(values), default=None, return_dtype=nw.String)


def _expiry(rules: Sequence[TagRule], at: datetime) -> nw.Expr:
    by_end: dict[datetime, list[str]] = {}
    for number, each in enumerate(rules):
        end = expiry(each, at=at)
        if end is not None:
            by_end.setdefault(end, []).append(str(number))
    never = nw.when(nw.col(_WON) == "").then(nw.lit(at))  # no row: missing, but an instant on every engine
    found: nw.Expr = never
    for end, numbers in by_end.items():
        found = nw.when(nw.col(_WON).is_in(numbers)).then(nw.lit(end)).otherwise(found)
    return found
