"""What `RFM` computes, as narwhals plans: the five bands of each axis, the cuts, the scores and the names.

Everything learned is a handful of numbers, so that scoring is arithmetic on one row and runs on every engine: a band
is known by the largest value in it. Ranks and quantiles are computed where the frame lives; one row comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import narwhals.stable.v2 as nw

from privdomain.customers._frames import one_row, open_frame
from privdomain.customers.segmentation.names import SEGMENT_GRID, SEGMENT_RANGES, RFMSegment, ValueClass
from privdomain.errors import Unsupported

AXES: Final = ("r", "f", "m")
BANDS: Final = 5
INNER: Final = range(1, BANDS)
ONE: Final = "_pd_one"

Edges: TypeAlias = Sequence[float | None]
"""The largest value of each band but the last, ascending; None where no value is so low."""

Scoring: TypeAlias = Literal["average_rank", "quantile_edges", "ordinal_rank", "thresholds"]
Scheme: TypeAlias = Literal["grid", "ranges"]


def axis(name: str) -> str:
    """The working column of an axis."""
    return f"_pd_{name}"


def present(column: str, *, is_float: bool) -> nw.Expr:
    """Neither missing nor NaN: pandas knows a missing number only as NaN."""
    known = ~nw.col(column).is_null()
    return known & ~nw.col(column).is_nan() if is_float else known


def with_axes(
    frame: nw.LazyFrame[Any], *, days: str, orders: str, spend: str, per_order: bool
) -> nw.LazyFrame[Any]:
    """The three axes as columns; all three are missing where one is, for half a history has no score."""
    schema = frame.collect_schema()
    known = nw.all_horizontal(
        *(present(name, is_float=schema[name].is_float()) for name in (days, orders, spend)),
        *([nw.col(orders) != 0] if per_order else []),
        ignore_nulls=False,
    )
    frame = frame.with_columns(nw.when(known).then(nw.lit(1)).alias(ONE))
    has = ~nw.col(ONE).is_null()
    money = nw.col(spend).cast(nw.Float64) / nw.col(orders) if per_order else nw.col(spend)
    return frame.with_columns(
        nw.when(has).then(nw.col(days)).alias(axis("r")),
        nw.when(has).then(nw.col(orders)).alias(axis("f")),
        nw.when(has).then(money).alias(axis("m")),
    )


def check_order(native: Any) -> None:
    """Refuse to rank by the order of rows where there is none."""
    engine = open_frame(native).implementation
    if engine in (nw.Implementation.POLARS, nw.Implementation.PANDAS, nw.Implementation.PYARROW):
        return
    raise Unsupported(
        f"scoring='ordinal_rank' breaks ties by the order of rows, which {engine.value} does not keep; use "
        "scoring='average_rank', or an eager frame"
    )


def learn_edges(native: Any, *, rule: Scoring, axes: dict[str, Any]) -> dict[str, list[float | None]]:
    """The band edges of every axis, by one of the rules that learn."""

    def by_rank(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        frame = with_axes(frame, **axes).filter(~nw.col(ONE).is_null())
        frame = frame.with_columns(
            nw.col(ONE).count().over(ONE).cast(nw.Int64).alias("_pd_n"),
            *(
                (nw.col(axis(a)).rank("average").over(ONE) * 2).cast(nw.Int64).alias(f"_pd_rank_{a}")
                for a in AXES
            ),
        )
        # ceil(5·rank/n) in whole numbers: a float quotient just above an integer would move a customer up
        bands = {
            a: (nw.col(f"_pd_rank_{a}") * BANDS + nw.col("_pd_n") * 2 - 1) // (nw.col("_pd_n") * 2)
            for a in AXES
        }
        frame = frame.with_columns(*(band.alias(f"_pd_band_{a}") for a, band in bands.items()))
        frame = frame.with_columns(
            *(
                nw.when(nw.col(f"_pd_band_{a}") <= band).then(nw.col(axis(a))).alias(f"{a}{band}")
                for a in AXES
                for band in INNER
            )
        )
        return frame.select(*(nw.col(f"{a}{band}").max() for a in AXES for band in INNER))

    def by_quantile(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        frame = with_axes(frame, **axes).filter(~nw.col(ONE).is_null())
        return frame.select(
            *(
                nw.col(axis(a))
                .cast(nw.Float64)
                .quantile(band / BANDS, interpolation="linear")
                .alias(f"{a}{band}")
                for a in AXES
                for band in INNER
            )
        )

    row = one_row(native, by_rank if rule == "average_rank" else by_quantile)
    return {a: [_number(row[f"{a}{band}"]) for band in INNER] for a in AXES}


def with_scores(
    frame: nw.LazyFrame[Any], *, rule: Scoring, edges: Mapping[str, Edges], names: dict[str, str]
) -> nw.LazyFrame[Any]:
    """The three scores 1 … 5, from the learned edges or from the ranks of this frame's own rows."""
    if rule == "ordinal_rank":
        total = nw.col(ONE).count().cast(nw.Int64)
        ranks = {a: nw.col(axis(a)).rank("ordinal").cast(nw.Int64) for a in AXES}
        bands = {a: (rank * BANDS + total - 1) // total for a, rank in ranks.items()}
    else:
        # a threshold is what must be reached; a learned edge is the last value of the band below
        reached = rule == "thresholds"
        bands = {
            "r": _count(axis("r"), edges["r"], reached=False),
            **{a: _count(axis(a), edges[a], reached=reached) for a in ("f", "m")},
        }
    bands["r"] = BANDS + 1 - bands["r"]
    has = ~nw.col(ONE).is_null()
    return frame.with_columns(*(nw.when(has).then(bands[a]).alias(names[a]) for a in AXES))


def _count(column: str, edges: Edges, *, reached: bool) -> nw.Expr:
    total = nw.lit(1).cast(nw.Int64)
    for edge in edges:
        if edge is None:
            total = total + 1
        else:
            passed = nw.col(column) >= edge if reached else nw.col(column) > edge
            total = total + passed.cast(nw.Int64)
    return total


def with_names(
    frame: nw.LazyFrame[Any],
    *,
    scores: dict[str, str],
    scheme: Scheme,
    cuts: dict[str, float],
    cut_columns: dict[str, str],
    equal_is_high: bool,
    low_is_high: bool,
) -> nw.LazyFrame[Any]:
    """The columns ``segment`` and ``value_class``; missing where the scores are."""
    has = ~nw.col(ONE).is_null()
    segment = _grid(scores) if scheme == "grid" else _ranges(scores)
    high: dict[str, nw.Expr] = {}
    for a in AXES:
        column, cut = nw.col(cut_columns[a]), cuts[a]
        down = a == "r" and low_is_high
        if equal_is_high:
            high[a] = column <= cut if down else column >= cut
        else:
            high[a] = column < cut if down else column > cut
    halves = (
        (
            nw.all_horizontal(
                *(high[a] if wanted else ~high[a] for a, wanted in zip(AXES, each.halves, strict=True)),
                ignore_nulls=False,
            ),
            each.value,
        )
        for each in ValueClass
    )
    return frame.with_columns(
        nw.when(has).then(_choose(segment)).alias("segment"),
        nw.when(has).then(_choose(list(halves))).alias("value_class"),
    )


def _grid(scores: dict[str, str]) -> list[tuple[nw.Expr, str]]:
    pair = nw.col(scores["r"]) * 10 + nw.col(scores["f"])
    return [
        (pair.is_in([r * 10 + f for (r, f), found in SEGMENT_GRID.items() if found is name]), name.value)
        for name in RFMSegment
        if name in SEGMENT_GRID.values()
    ]


def _ranges(scores: dict[str, str]) -> list[tuple[nw.Expr, str]]:
    r, twice_fm = nw.col(scores["r"]), nw.col(scores["f"]) + nw.col(scores["m"])
    return [
        ((r > r_above) & (r <= r_to) & (twice_fm > 2 * fm_above) & (twice_fm <= 2 * fm_to), name.value)
        for name, (r_above, r_to), (fm_above, fm_to) in SEGMENT_RANGES
    ]


def _choose(cases: Sequence[tuple[nw.Expr, str]]) -> nw.Expr:
    """The first case that holds; the last one needs no test, for the cases leave nothing out."""
    chosen: nw.Expr = nw.lit(cases[-1][1])
    for condition, name in reversed(cases[:-1]):
        chosen = nw.when(condition).then(nw.lit(name)).otherwise(chosen)
    return chosen


def learn_cuts(frame: nw.LazyFrame[Any], columns: dict[str, str]) -> nw.LazyFrame[Any]:
    """One row: how many customers; sum and median of each column to cut, and the ends of each axis."""
    frame = frame.filter(~nw.col(ONE).is_null())
    schema = frame.collect_schema()
    # sums of whole numbers are exact, so that a mean does not depend on an engine's order of adding
    sums = {
        a: nw.col(columns[a]).cast(nw.Int64) if schema[columns[a]].is_integer() else nw.col(columns[a])
        for a in AXES
    }
    ends = {f"{a}_{end}": nw.col(axis(a)) for a in AXES for end in ("low", "high")}
    frame = frame.with_columns(*(value.alias(f"_pd_cut_{a}") for a, value in sums.items()))
    return frame.select(
        nw.col(ONE).count().alias("n"),
        *(nw.col(f"_pd_cut_{a}").sum().alias(f"{a}_sum") for a in AXES),
        *(nw.col(f"_pd_cut_{a}").median().alias(f"{a}_median") for a in AXES),
        *(
            (value.min() if name.endswith("_low") else value.max()).alias(name)
            for name, value in ends.items()
        ),
    )


def _number(value: Any) -> float | None:
    if value is None:
        return None
    return int(value) if float(value).is_integer() else float(value)
