"""RFM: how recently, how often and for how much each customer bought, scored, named and classed.

The scores of one axis are 1 … 5, five is best. How equal values are treated decides everything, because most
customers have bought once; so the rule has a name. The choices are parameters, and ``to_dict`` states them with what
was learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, isinf
from typing import Any, Literal, Self

import narwhals.stable.v2 as nw

from privdomain.customers._frame_model import FrameModel
from privdomain.customers._frames import one_row, open_frame
from privdomain.customers.segmentation._scores import (
    AXES,
    BANDS,
    INNER,
    axis,
    check_order,
    learn_cuts,
    learn_edges,
    with_axes,
    with_names,
    with_scores,
)
from privdomain.errors import ArgumentError, FrameError, Problem, nearest
from privdomain.frames._dtypes import said, way_out
from privdomain.frames._engines import add_columns
from privdomain.frames.schema import Kind, kind_of

__all__ = ["RFM"]

_CHOICES = {
    "scoring": ("average_rank", "quantile_edges", "ordinal_rank", "thresholds"),
    "segments": ("grid", "ranges"),
    "cut": ("mean", "median", "thresholds"),
    "cut_of": ("values", "scores"),
    "equal": ("high", "low"),
    "money": ("total", "mean_order"),
}
_SCORES = {"r": "r_score", "f": "f_score", "m": "m_score"}
_MADE = (*_SCORES.values(), "segment", "value_class")


class RFM(FrameModel):
    """RFM scores, segment names and the eight classes of customers (RFM 八分类).

    A frame in has one row per customer and three columns; a frame out has the same rows and five columns more:
    ``r_score``, ``f_score``, ``m_score`` (1 … 5), ``segment`` (`RFMSegment`) and ``value_class`` (`ValueClass`).
    A customer of whom one of the three is missing is left out of learning and gets no score.

    Args:
        scoring: How values become scores.
            ``average_rank``: ⌈5·rank/n⌉, equal values share the mean of their ranks, so equal customers have equal
            scores and the fifths are as even as ties allow.
            ``quantile_edges``: one more than the number of quintiles (linear interpolation) below the value.
            ``ordinal_rank``: exact fifths, ties broken by the order of rows: two equal customers may differ, and
            ``score`` ranks the frame it is given. Needs a frame that has an order (not DuckDB, not Spark).
            ``thresholds``: fixed by the business, so that scores stay comparable over time.
        thresholds: With ``scoring="thresholds"``: four ascending numbers for each of ``"r"``, ``"f"``, ``"m"``;
            days *up to* the first earn R 5, orders and money *from* the last earn 5.
        segments: ``grid`` (ten names on R and F) or ``ranges`` (eleven names on R and the mean of F and M).
        cut: Where an axis is halved: at its ``mean``, its ``median``, or ``thresholds`` given in ``cut_at``.
        cut_at: With ``cut="thresholds"``: a number for each of ``"r"``, ``"f"``, ``"m"``.
        cut_of: Whether the raw ``values`` or the ``scores`` are halved.
        equal: Whether a value equal to the cut is in the ``high`` half or the ``low`` one.
        money: M is the ``total`` spent or the ``mean_order``.
        days_since_last_order: The column with whole days since the last order.
        orders: The column with the number of orders.
        spend_minor: The column with the money spent, in minor units of one currency.

    Learned: ``n_`` customers, ``edges_`` (the largest value of each score's band but the last), ``cuts_``.

    ```python
    import polars as pl
    from privdomain.customers.segmentation import RFM

    customers = pl.DataFrame(
        {
            "customer_id": ["c1", "c2", "c3", "c4", "c5"],
            "days_since_last_order": [3, 40, 90, 200, 400],
            "orders": [9, 2, 4, 4, 1],
            "spend_minor": [90_000, 8_000, 30_000, 52_000, 1_500],
        }
    )
    scored = RFM().fit(customers).score(customers)
    assert scored["r_score"].to_list() == [5, 4, 3, 2, 1]
    assert scored["f_score"].to_list() == [5, 2, 4, 4, 1]
    assert scored["segment"].to_list()[:3] == ["Champions", "Potential loyalists", "Loyal customers"]
    assert scored["value_class"].to_list()[:2] == ["重要价值客户", "一般发展客户"]
    ```
    """

    kind = "rfm"
    version = 1
    learned = ("n_", "edges_", "cuts_")

    scoring: Literal["average_rank", "quantile_edges", "ordinal_rank", "thresholds"]
    segments: Literal["grid", "ranges"]

    n_: int
    edges_: dict[str, list[float | None]]
    cuts_: dict[str, float]

    def __init__(
        self,
        *,
        scoring: Literal["average_rank", "quantile_edges", "ordinal_rank", "thresholds"] = "average_rank",
        thresholds: Mapping[str, Sequence[float]] | None = None,
        segments: Literal["grid", "ranges"] = "grid",
        cut: Literal["mean", "median", "thresholds"] = "mean",
        cut_at: Mapping[str, float] | None = None,
        cut_of: Literal["values", "scores"] = "values",
        equal: Literal["high", "low"] = "high",
        money: Literal["total", "mean_order"] = "total",
        days_since_last_order: str = "days_since_last_order",
        orders: str = "orders",
        spend_minor: str = "spend_minor",
    ) -> None:
        self.scoring = scoring
        self.thresholds = thresholds
        self.segments = segments
        self.cut = cut
        self.cut_at = cut_at
        self.cut_of = cut_of
        self.equal = equal
        self.money = money
        self.days_since_last_order = days_since_last_order
        self.orders = orders
        self.spend_minor = spend_minor

    def fit(self, frame: Any) -> Self:
        """Learn the bands and the cuts from one row per customer.

        An eager frame is run by polars. A lazy one is run by its own engine, and one row of numbers comes back
        (DuckDB and Spark hand it over as Arrow); to rank, Spark brings the customers into one partition, so at its
        sizes ``quantile_edges`` or ``thresholds`` are cheaper.

        Raises:
            ArgumentError: for parameters that are unknown or contradict each other.
            FrameError: for a frame without the three columns, without any customer who has all three, or with an
                infinite number, which has no mean and no place in JSON.
            Unsupported: for ``ordinal_rank`` on an engine that keeps no order of rows.
        """
        self._check_params()
        self._check_frame(frame)
        edges: dict[str, list[float | None]] = {}
        if self.scoring == "thresholds":
            edges = {a: list(self.thresholds[a]) for a in AXES} if self.thresholds else {}
        elif self.scoring != "ordinal_rank":
            edges = learn_edges(frame, rule=self.scoring, axes=self._axes())

        def statistics(lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
            lazy = with_axes(lazy, **self._axes())
            if self.cut_of == "scores":
                lazy = with_scores(lazy, rule=self.scoring, edges=edges, names=_SCORES)
            return learn_cuts(lazy, self._cut_columns())

        row = one_row(frame, statistics)
        n = int(row["n"])
        if not n:
            raise FrameError(
                "no customer to learn from: in every row days, orders or spend is missing",
                problems=[
                    Problem(name, "has no row in which all three are known") for name in self._columns()
                ],
            )
        columns = dict(zip(AXES, self._columns(), strict=True))
        endless = [columns[a] for a in AXES if any(isinf(row[f"{a}_{end}"]) for end in ("low", "high"))]
        if endless:
            raise FrameError(
                "RFM learns from finite numbers; make what is not known missing, and it is left out",
                problems=[Problem(name, "has an infinite number") for name in endless],
            )
        if self.cut == "thresholds" and self.cut_at:
            cuts = {a: self.cut_at[a] for a in AXES}
        elif self.cut == "mean":
            cuts = {a: _exact(row[f"{a}_sum"]) / n for a in AXES}
        else:
            cuts = {a: float(row[f"{a}_median"]) for a in AXES}
        self.n_, self.edges_, self.cuts_ = n, edges, cuts
        return self

    def score(self, frame: Any) -> Any:
        """The same kind of frame with scores, segment and class; a lazy one stays lazy.

        A value that was not seen in ``fit`` has the score of the next larger one that was. Columns of these names
        that the frame already has are replaced.

        Raises:
            NotFittedError: before ``fit``.
            FrameError: for a frame without the three columns.
            Unsupported: for ``ordinal_rank`` on an engine that keeps no order of rows.
        """
        self._check_fitted()
        self._check_params()
        self._check_frame(frame)

        def plan(lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
            kept = [name for name in lazy.collect_schema().names() if name not in _MADE]
            lazy = with_axes(lazy, **self._axes())
            lazy = with_scores(lazy, rule=self.scoring, edges=dict(self.edges_), names=_SCORES)
            lazy = with_names(
                lazy,
                scores=_SCORES,
                scheme=self.segments,
                cuts=self.cuts_,
                cut_columns=self._cut_columns(),
                equal_is_high=self.equal == "high",
                low_is_high=self.cut_of == "values",
            )
            return lazy.select(*kept, *_MADE)

        return add_columns(frame, plan, reads=self._columns())

    def _columns(self) -> tuple[str, str, str]:
        return (self.days_since_last_order, self.orders, self.spend_minor)

    def _axes(self) -> dict[str, Any]:
        days, orders, spend = self._columns()
        return {"days": days, "orders": orders, "spend": spend, "per_order": self.money == "mean_order"}

    def _cut_columns(self) -> dict[str, str]:
        return dict(_SCORES) if self.cut_of == "scores" else {a: axis(a) for a in AXES}

    def _check_params(self) -> None:
        problems = [
            Problem(name, f"is {getattr(self, name)!r}", f"one of {', '.join(map(repr, choices))}")
            for name, choices in _CHOICES.items()
            if getattr(self, name) not in choices
        ]
        problems += _check_given(
            "thresholds", self.thresholds, wanted=self.scoring == "thresholds", by="scoring='thresholds'"
        )
        problems += _check_given(
            "cut_at", self.cut_at, wanted=self.cut == "thresholds", by="cut='thresholds'"
        )
        for a in AXES:
            given = self.thresholds.get(a) if isinstance(self.thresholds, Mapping) else None
            if given is not None and not _ascends(given):
                problems.append(
                    Problem(
                        f"thresholds[{a!r}]",
                        f"is {given!r}",
                        f"{len(INNER)} ascending numbers for {BANDS} scores",
                    )
                )
            half = self.cut_at.get(a) if isinstance(self.cut_at, Mapping) else None
            if half is not None and not _is_finite(half):
                problems.append(Problem(f"cut_at[{a!r}]", f"is {half!r}", "a finite number"))
        if problems:
            raise ArgumentError("these parameters of RFM cannot be used", problems=problems)

    def _check_frame(self, frame: Any) -> None:
        if self.scoring == "ordinal_rank":
            check_order(frame)
        found = open_frame(frame).collect_schema()
        problems: list[Problem] = []
        for name in self._columns():
            dtype = found.get(name)
            if dtype is None:
                hint = nearest(name, found)
                problems.append(Problem(name, "is missing" + (f", did you mean {hint!r}?" if hint else "")))
            elif kind_of(dtype) not in (Kind.INT, Kind.FLOAT):
                way = way_out(dtype)
                problems.append(
                    Problem(name, f"is {said(dtype)}", f"int or float; {way}" if way else "int or float")
                )
        if problems:
            raise FrameError(
                f"RFM needs three columns of numbers; the frame has {', '.join(found)}", problems=problems
            )


def _check_given(name: str, given: Mapping[str, Any] | None, *, wanted: bool, by: str) -> list[Problem]:
    if given is None:
        return [Problem(name, f"is missing with {by}", 'numbers for "r", "f" and "m"')] if wanted else []
    if not wanted:
        return [Problem(name, "is given, but nothing uses it", f"{by}, or no {name}")]
    if not isinstance(given, Mapping):
        return [Problem(name, f"is {type(given).__name__}", 'numbers for "r", "f" and "m"')]
    wrong = sorted(set(given).symmetric_difference(AXES))
    return [Problem(f"{name}[{key!r}]", "is unknown" if key in given else "is missing") for key in wrong]


def _ascends(numbers: object) -> bool:
    """Whether these are the four numbers between five scores."""
    if not isinstance(numbers, Sequence):
        return False
    listed: list[Any] = [*numbers]  # pyright: ignore[reportUnknownVariableType]  (whatever was given)
    return len(listed) == len(INNER) and all(map(_is_finite, listed)) and listed == sorted(set(listed))


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _exact(value: Any) -> float:
    # DuckDB sums whole numbers as decimals; Python divides whole numbers correctly rounded
    return int(value) if float(value).is_integer() else float(value)
