"""What changed between two frames of tags: what came, what stayed, what went and what ran out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from privdomain.calendar import BUSINESS_ZONE, Zone, find_zone
from privdomain.customers._moments import cut_at
from privdomain.errors import FrameError, Problem, nearest
from privdomain.models import TagChange, TagDelta

__all__ = ["delta_records", "tag_deltas"]

_KEY: Final = ("tag", "group", "value")
_CARRIED: Final = ("kind", "rule", "rule_version", "observed_at", "expires_at")


def tag_deltas(
    previous: Any,
    current: Any,
    *,
    at: date | datetime,
    customer_id: str = "customer_id",
    zone: Zone = BUSINESS_ZONE,
) -> Any:
    """Compare two frames that `Tagger.tag` made; a frame of the same kind, one row per tag in either.

    ``change`` is ``added``, ``kept``, ``removed``, or ``expired`` for one that is gone and had run out by ``at``. A tag
    whose value changes is one removed and one added; so is the change of tag in a group. What is there now carries
    what the current frame says of it, what is gone what the previous one said. ``at`` is the moment of the change.

    A tag that ran out before the current frame was made and is in it again was set anew: it is ``added``. A lazy frame
    is not looked into: a customer's tag that stands in it twice makes rows of its own.

    ```python
    from datetime import UTC, datetime
    import polars as pl
    from privdomain.customers.tagging import Tagger, TagRule, tag_deltas

    tagger = Tagger([TagRule("北京", 'city == "北京"', group="城市"), TagRule("上海", 'city == "上海"', group="城市")])
    may, june = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6))
    then = tagger.tag(pl.DataFrame({"customer_id": ["c1"], "city": ["北京"]}), as_of=may)
    now = tagger.tag(pl.DataFrame({"customer_id": ["c1"], "city": ["上海"]}), as_of=june)
    changes = tag_deltas(then, now, at=june)
    assert changes.select("tag", "change", "at").rows() == [("上海", "added", june), ("北京", "removed", june)]
    ```

    Raises:
        FrameError: for frames of two kinds, or without the columns of a frame of tags; for an eager frame in which a
            customer has a tag twice.
    """
    import narwhals.stable.v2 as nw  # noqa: PLC0415  (with profiles alone no engine loads)

    from privdomain.customers._frames import as_lazy, refuse_repeats  # noqa: PLC0415
    from privdomain.frames._engines import run  # noqa: PLC0415

    moment = cut_at(at, zone=find_zone(zone)).instant
    wanted = (customer_id, *_KEY, *_CARRIED)
    _check(previous, current, wanted)
    for which, native in (("previous", previous), ("current", current)):
        refuse_repeats(
            native,
            keys=(customer_id, "tag"),
            message=f"{which} is no frame of tags, a customer has a tag once",
        )

    def side(frame: nw.LazyFrame[Any], suffix: str) -> nw.LazyFrame[Any]:
        # an empty column of objects (pandas) has no kind, and text does not join with it
        keys = (nw.col(name).cast(nw.String) for name in (customer_id, *_KEY))
        return frame.select(
            *keys,
            nw.lit(1).alias(f"_pd_in_{suffix}"),
            *(nw.col(name).alias(f"_pd_{suffix}_{name}") for name in _CARRIED),
        )

    def plan(lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        keys = [customer_id, *_KEY]
        joined = side(lazy, "old").join(
            side(as_lazy(current), "new"), on=keys, how="full", suffix="_pd_right"
        )
        is_now = ~nw.col("_pd_in_new").is_null()
        # what ran out before it was set again had a gap: to whoever listens it comes anew
        lapsed = nw.col("_pd_old_expires_at") <= nw.col("_pd_new_observed_at")
        was = ~nw.col("_pd_in_old").is_null() & ~lapsed.fill_null(value=False)
        ran_out = nw.col("_pd_old_expires_at") <= moment
        gone = (
            nw.when(ran_out).then(nw.lit(TagChange.EXPIRED.value)).otherwise(nw.lit(TagChange.REMOVED.value))
        )
        here = nw.when(was).then(nw.lit(TagChange.KEPT.value)).otherwise(nw.lit(TagChange.ADDED.value))
        result = joined.select(
            *(
                nw.when(is_now).then(nw.col(f"{name}_pd_right")).otherwise(nw.col(name)).alias(name)
                for name in keys
            ),
            nw.when(is_now).then(here).otherwise(gone).alias("change"),
            *(
                nw.when(is_now)
                .then(nw.col(f"_pd_new_{name}"))
                .otherwise(nw.col(f"_pd_old_{name}"))
                .alias(name)
                for name in _CARRIED
            ),
            nw.lit(moment).alias("at"),
        )
        return result.sort(*keys) if result.implementation.is_polars() else result

    return run(previous, plan)


def _check(previous: Any, current: Any, wanted: Sequence[str]) -> None:
    from privdomain.customers._frames import open_frame  # noqa: PLC0415

    problems: list[Problem] = []
    for which, frame in (("previous", previous), ("current", current)):
        columns = open_frame(frame).collect_schema().names()
        for name in wanted:
            if name not in columns:
                hint = nearest(name, columns)
                problems.append(
                    Problem(f"{which}: {name}", "is missing" + (f", did you mean {hint!r}?" if hint else ""))
                )
    if problems:
        raise FrameError(
            "deltas are taken between two frames of tags, as Tagger.tag makes them", problems=problems
        )
    if type(previous) is not type(current):
        raise FrameError(
            f"previous is {type(previous).__name__} and current {type(current).__name__}; bring both to one kind"
        )


def delta_records(deltas: Any, *, customer_id: str = "customer_id") -> Iterator[TagDelta]:
    """The rows of an eager frame of deltas as the records that other parts of the house exchange."""
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    from privdomain.customers._frames import plain  # noqa: PLC0415

    for row in plain(nw.from_native(deltas, eager_only=True)).iter_rows(named=True):
        yield TagDelta(
            customer_id=row[customer_id],
            tag_id=row["tag"],
            group_id=row["group"],
            value=row["value"],
            change=row["change"],
            kind=row["kind"],
            rule_id=row["rule"],
            rule_version=row["rule_version"],
            observed_at=row["observed_at"],
            expires_at=row["expires_at"],
            at=row["at"],
        )
