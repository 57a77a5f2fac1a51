"""The RFM model: rules for ties, names, cuts, parameters, and its manners on every kind of frame."""

import json
import math
from fractions import Fraction
from itertools import product

import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from privdomain.customers.segmentation import (
    RFM,
    SEGMENT_GRID,
    SEGMENT_RANGES,
    RFMSegment,
    ValueClass,
    name_in_grid,
    name_in_ranges,
)
from privdomain.errors import ArgumentError, FrameError, NotFittedError, Unsupported
from privdomain.testing import check_model
from tests.customers.frame_kinds import EAGER, LAZY, as_kind, rows_of

CUSTOMERS = pl.DataFrame(
    {
        "customer_id": ["c1", "c2", "c3", "c4", "c5", "c6"],
        "days_since_last_order": [3, 40, 90, 200, 400, None],
        "orders": [9, 2, 4, 4, 1, 0],
        "spend_minor": [90_000, 8_000, 30_000, 52_000, 1_500, 0],
    }
)
BUSINESS = {"r": (30, 90, 180, 365), "f": (2, 3, 5, 10), "m": (10_000, 20_000, 50_000, 100_000)}
ALL_PARAMS = [
    {},
    {"scoring": "quantile_edges", "segments": "ranges", "cut": "median"},
    {"scoring": "ordinal_rank", "cut_of": "scores", "equal": "low"},
    {
        "scoring": "thresholds",
        "thresholds": BUSINESS,
        "cut": "thresholds",
        "cut_at": {"r": 90, "f": 3, "m": 30_000},
    },
    {"money": "mean_order", "cut_of": "scores", "cut": "median"},
]


def scored(frame=CUSTOMERS, **params):
    return RFM(**params).fit(frame).score(frame)


def frame_of(days, orders=None, spend=None):
    count = len(days)
    return pl.DataFrame(
        {"days_since_last_order": days, "orders": orders or [1] * count, "spend_minor": spend or [1] * count}
    )


# --- manners


@pytest.mark.parametrize("params", ALL_PARAMS)
def test_the_manners_of_a_model(params):
    """Every combination keeps what `check_model` asks, on polars, pandas and pyarrow."""
    check_model(RFM(**params), CUSTOMERS, verb="score")


@pytest.mark.parametrize("kind", LAZY)
def test_the_manners_of_a_model_on_lazy_frames(kind):
    """A lazy frame stays lazy; only the numbers learned are brought here."""
    check_model(RFM(), as_kind(CUSTOMERS, kind), verb="score")


@pytest.mark.parametrize("kind", [*EAGER, *LAZY])
@pytest.mark.parametrize("params", ALL_PARAMS)
def test_the_same_scores_on_every_kind_of_frame(kind, params):
    """Scores, segments and classes do not depend on what holds the columns."""
    frame = as_kind(CUSTOMERS, kind)
    if kind == "duckdb" and params.get("scoring") == "ordinal_rank":
        params = {**params, "scoring": "average_rank"}  # its refusal has a test of its own
    model = RFM(**params).fit(frame)
    got = sorted(rows_of(model.score(frame)), key=lambda row: row["customer_id"])
    assert got == scored(**params).to_dicts()


def test_a_pandas_frame_keeps_its_index_and_its_columns():
    """Scoring adds columns; what was there is handed back as it was."""
    frame = as_kind(CUSTOMERS, "pandas").set_index("customer_id", drop=False)
    got = RFM().fit(frame).score(frame)
    assert list(got.index) == list(frame.index)
    assert got[list(frame.columns)].equals(frame)


def test_it_does_not_load_scikit_learn_and_scikit_learn_understands_it():
    """A model is cloned by scikit-learn as its own estimators are."""
    model = RFM(cut="median").fit(CUSTOMERS)
    assert clone(model).get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        clone(model).score(CUSTOMERS)
    assert repr(model) == "RFM(cut='median')"


# --- scores


@settings(deadline=None, max_examples=60)
@given(days=st.lists(st.integers(0, 12), min_size=1, max_size=30))
def test_average_rank_by_its_definition(days):
    """⌈5·rank/n⌉ with shared ranks, computed in exact fractions; recency is turned around."""
    got = scored(frame_of(days, orders=[day + 1 for day in days]))
    for day, r, f in zip(days, got["r_score"], got["f_score"], strict=True):
        below, same = sum(other < day for other in days), days.count(day)
        rank = Fraction(2 * below + same + 1, 2)
        score = math.ceil(5 * rank / len(days))
        assert [r, f] == [6 - score, score]


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 5), st.integers(0, 10**6)), min_size=1, max_size=25
    )
)
@pytest.mark.parametrize("scoring", ["average_rank", "quantile_edges"])
def test_a_better_customer_never_scores_lower(scoring, rows):
    """Scores rise with the value and equal values have equal scores."""
    days, orders, spend = (list(column) for column in zip(*rows, strict=True))
    got = scored(frame_of(days, orders, spend), scoring=scoring)
    for values, scores, better in (
        (days, got["r_score"].to_list(), -1),
        (orders, got["f_score"].to_list(), 1),
        (spend, got["m_score"].to_list(), 1),
    ):
        ordered = sorted((better * value, score) for value, score in zip(values, scores, strict=True))
        assert [score for _, score in ordered] == sorted(score for _, score in ordered)
        assert len(set(ordered)) == len(set(values))
        assert set(scores) <= {1, 2, 3, 4, 5}


def test_quantile_edges_count_the_edges_below():
    """Of 1 … 6 the quintile edges are 2, 3, 4, 5: a value on an edge is in the lower band."""
    got = scored(frame_of([1, 2, 3, 4, 5, 6], orders=[1, 2, 3, 4, 5, 6]), scoring="quantile_edges")
    assert got["f_score"].to_list() == [1, 1, 2, 3, 4, 5]
    assert got["r_score"].to_list() == [5, 5, 4, 3, 2, 1]


def test_ordinal_rank_goes_by_the_order_of_rows():
    """Five equal customers get five scores, in the order they stand in: why the rule must be asked for by name."""
    got = scored(frame_of([7] * 5), scoring="ordinal_rank")
    assert [got["r_score"].to_list(), got["f_score"].to_list()] == [[5, 4, 3, 2, 1], [1, 2, 3, 4, 5]]
    assert scored(frame_of([7] * 5))["f_score"].to_list() == [3] * 5


def test_ordinal_rank_needs_an_order():
    """DuckDB keeps no order of rows, and is told so by name before anything runs."""
    model, relation = RFM(scoring="ordinal_rank").fit(CUSTOMERS), as_kind(CUSTOMERS, "duckdb")
    for call in (model.fit, model.score):
        with pytest.raises(Unsupported, match=r"ordinal_rank.*duckdb"):
            call(relation)


@pytest.mark.parametrize(
    ("days", "orders", "spend", "expected"),
    [
        (0, 10, 100_000, (5, 5, 5)),
        (30, 9, 99_999, (5, 4, 4)),
        (31, 5, 50_000, (4, 4, 4)),
        (365, 2, 10_000, (2, 2, 2)),
        (366, 1, 9_999, (1, 1, 1)),
    ],
)
def test_thresholds_of_the_business(days, orders, spend, expected):
    """Days up to a threshold, orders and money from a threshold on: reaching it earns the score."""
    got = scored(frame_of([days], [orders], [spend]), scoring="thresholds", thresholds=BUSINESS)
    assert got.select("r_score", "f_score", "m_score").row(0) == expected


def test_values_that_fit_has_not_seen():
    """A new value has the score of the next larger one that was seen; beyond the last it is the last band."""
    model = RFM().fit(frame_of([10, 20, 30, 40, 50], orders=[10, 20, 30, 40, 50]))
    got = model.score(frame_of([5, 11, 50, 51], orders=[5, 11, 50, 51]))
    assert got["f_score"].to_list() == [1, 2, 5, 5]
    assert got["r_score"].to_list() == [5, 4, 1, 1]


def test_half_a_history_has_no_score():
    """Of a customer without an order nothing is scored, named or classed, and nobody else's score changes."""
    got = scored()
    assert got.filter(customer_id="c6").row(0)[4:] == (None,) * 5
    assert got.head(5).equals(scored(CUSTOMERS.head(5)))
    nan = CUSTOMERS.with_columns(pl.col("days_since_last_order").cast(pl.Float64).fill_null(float("nan")))
    assert scored(nan)["segment"].to_list() == got["segment"].to_list()


def test_mean_order_value():
    """M may be the mean order: one order of ¥300 is worth more than three of ¥101; no order, no score."""
    frame = frame_of([1, 1, 1], orders=[1, 3, 0], spend=[30_000, 30_300, 0])
    assert scored(frame)["m_score"].to_list() == [4, 5, 2]
    assert scored(frame, money="mean_order")["m_score"].to_list() == [5, 3, None]


def test_scoring_again_replaces_the_columns():
    """Stale scores are not kept beside new ones."""
    twice = RFM().fit(CUSTOMERS).score(scored(scoring="quantile_edges"))
    assert twice.equals(scored())


def test_columns_may_have_other_names():
    """The three columns are parameters."""
    names = {"days_since_last_order": "R", "orders": "F", "spend_minor": "M"}
    renamed = CUSTOMERS.rename(names)
    model = RFM(**names).fit(renamed)
    assert model.score(renamed)["segment"].equals(scored()["segment"])


# --- names


def test_every_name_of_the_grid_occurs_and_lost_does_not():
    """25 pairs of scores, ten names."""
    assert set(SEGMENT_GRID) == set(product(range(1, 6), repeat=2))
    assert set(RFMSegment) - set(SEGMENT_GRID.values()) == {RFMSegment.LOST}
    assert [name_in_grid(*pair) for pair in ((5, 5), (4, 5), (1, 5), (3, 3))] == [
        "Champions", "Loyal customers", "Can't lose them", "Needs attention",
    ]  # fmt: skip


def test_the_ranges_leave_nothing_out_and_every_name_occurs():
    """125 triples, eleven names; two boxes overlap only where the one asked first lies inside the other."""
    names = {triple: name_in_ranges(*triple) for triple in product(range(1, 6), repeat=3)}
    assert set(names.values()) == set(RFMSegment)
    inner = {
        RFMSegment.CHAMPIONS: RFMSegment.LOYAL,
        RFMSegment.CANT_LOSE: RFMSegment.AT_RISK,
        RFMSegment.HIBERNATING: RFMSegment.LOST,
    }
    for (r, f, m), found in names.items():
        boxes = [
            name
            for name, (r_above, r_to), (fm_above, fm_to) in SEGMENT_RANGES
            if r_above < r <= r_to and fm_above < (f + m) / 2 <= fm_to
        ]
        assert boxes == [found] or boxes == [found, inner[found]]


@pytest.mark.parametrize("scheme", ["grid", "ranges"])
def test_frames_are_named_as_the_tables_say(scheme):
    """The plan gives every triple of scores the name that the table gives it."""
    triples = list(product(range(1, 6), repeat=3))
    thresholds = {"r": (1, 2, 3, 4), "f": (2, 3, 4, 5), "m": (2, 3, 4, 5)}
    frame = pl.DataFrame(
        {
            "days_since_last_order": [6 - r for r, _, _ in triples],
            "orders": [f for _, f, _ in triples],
            "spend_minor": [m for _, _, m in triples],
        }
    )
    got = scored(frame, scoring="thresholds", thresholds=thresholds, segments=scheme)
    assert got.select("r_score", "f_score", "m_score").rows() == triples
    by_table = [name_in_grid(r, f) if scheme == "grid" else name_in_ranges(r, f, m) for r, f, m in triples]
    assert got["segment"].to_list() == by_table


@pytest.mark.parametrize("cut_of", ["values", "scores"])
@pytest.mark.parametrize("equal", ["high", "low"])
def test_the_eight_classes_by_their_halves(cut_of, equal):
    """Few days are a high R; a value on the cut is in the half that ``equal`` names."""
    at = {"r": 20, "f": 2, "m": 200} if cut_of == "values" else {"r": 3, "f": 3, "m": 3}
    values = {"low": (30, 1, 100), "cut": (20, 2, 200), "high": (10, 3, 300)}
    thresholds = {"r": (10, 15, 20, 25), "f": (1, 2, 3, 4), "m": (100, 200, 300, 400)}
    for places in product(values, repeat=3):
        days, orders, spend = (values[place][axis] for axis, place in enumerate(places))
        frame = frame_of([days], [orders], [spend])
        got = scored(
            frame,
            scoring="thresholds",
            thresholds=thresholds,
            cut="thresholds",
            cut_at=at,
            cut_of=cut_of,
            equal=equal,
        )
        highs = [place == "high" or (place == "cut" and equal == "high") for place in places]
        assert got["value_class"].item() == ValueClass.of(r_high=highs[0], f_high=highs[1], m_high=highs[2])


def test_names_are_data():
    """Every name has its Chinese or English word, and a class its halves and what is usually done."""
    assert len({name.chinese for name in RFMSegment}) == 11
    assert len({name.english for name in ValueClass}) == 8
    assert {name.halves for name in ValueClass} == set(product([True, False], repeat=3))
    assert ValueClass.IMPORTANT_RETAIN.other_names == ()
    assert ValueClass.GENERAL_DEVELOP.action == "second purchase"


# --- what is refused


@pytest.mark.parametrize(
    ("params", "paths"),
    [
        ({"scoring": "qcut"}, ["scoring"]),
        ({"segments": "eleven", "equal": True}, ["segments", "equal"]),
        ({"scoring": "thresholds"}, ["thresholds"]),
        ({"thresholds": BUSINESS}, ["thresholds"]),
        ({"cut": "thresholds"}, ["cut_at"]),
        ({"cut_at": {"r": 1, "f": 1, "m": 1}}, ["cut_at"]),
        ({"scoring": "thresholds", "thresholds": {"r": (1, 2, 3, 4), "x": ()}}, ["thresholds['f']", "thresholds['m']", "thresholds['x']"]),
        ({"scoring": "thresholds", "thresholds": {**BUSINESS, "f": (1, 1, 2, 3), "m": (1, 2)}}, ["thresholds['f']", "thresholds['m']"]),
        ({"scoring": "thresholds", "thresholds": {"r": ("30", "60", "90", "99"), "f": (1, "2", 3, 4), "m": (1, 2, 3, math.inf)}}, ["thresholds['r']", "thresholds['f']", "thresholds['m']"]),
        ({"scoring": "thresholds", "thresholds": {**BUSINESS, "r": "1234", "f": 5, "m": (1, 2, math.nan, 3)}}, ["thresholds['r']", "thresholds['f']", "thresholds['m']"]),
        ({"scoring": "thresholds", "thresholds": [1, 2, 3, 4]}, ["thresholds"]),
        ({"cut": "thresholds", "cut_at": {"r": "30", "f": True, "m": math.nan}}, ["cut_at['r']", "cut_at['f']", "cut_at['m']"]),
    ],
)  # fmt: skip
def test_parameters_that_contradict_each_other(params, paths):
    """``fit`` names every parameter that cannot be used; half-specified ones are not guessed."""
    with pytest.raises(ArgumentError) as caught:
        RFM(**params).fit(CUSTOMERS)
    assert [problem.path for problem in caught.value.problems] == paths


def test_frames_that_cannot_be_scored():
    """Missing columns are named with the nearest; text is no number; nobody to learn from is said."""
    with pytest.raises(FrameError) as caught:
        RFM().fit(CUSTOMERS.rename({"orders": "order"}).with_columns(spend_minor=pl.lit("1")))
    assert [str(problem) for problem in caught.value.problems] == [
        "orders: is missing, did you mean 'order'?",
        "spend_minor: is string; expected int or float",
    ]
    with pytest.raises(
        FrameError, match=r"spend_minor: is Decimal.*; expected int or float; decimals .*Int64"
    ):
        RFM().fit(CUSTOMERS.cast({"spend_minor": pl.Decimal(18, 2)}))
    with pytest.raises(FrameError, match="no customer to learn from"):
        RFM().fit(CUSTOMERS.tail(1))
    with pytest.raises(FrameError, match="dict is not a frame"):
        RFM().fit({})


@pytest.mark.parametrize("params", ALL_PARAMS)
@pytest.mark.parametrize("endless", [math.inf, -math.inf])
@pytest.mark.parametrize("column", ["days_since_last_order", "orders", "spend_minor"])
def test_infinite_numbers_teach_nothing(params, endless, column):
    """Neither a mean nor JSON has infinity: the column is named, whatever is learned from it."""
    values = [endless, *CUSTOMERS[column].to_list()[1:]]
    with pytest.raises(FrameError, match=f"{column}: has an infinite number"):
        RFM(**params).fit(CUSTOMERS.with_columns(pl.Series(column, values, dtype=pl.Float64)))


def test_infinite_numbers_on_duckdb():
    """A lazy frame says it with the row of numbers that comes back."""
    frame = CUSTOMERS.with_columns(spend_minor=pl.Series([math.inf, 1.0, 2.0, 3.0, 4.0, 5.0]))
    with pytest.raises(FrameError, match="spend_minor: has an infinite number"):
        RFM().fit(as_kind(frame, "duckdb"))


def test_documents_that_are_not_ours():
    """Another kind, version or set of names is refused; what is written is plain JSON."""
    document = json.loads(json.dumps(RFM(scoring="thresholds", thresholds=BUSINESS).fit(CUSTOMERS).to_dict()))
    assert document["learned"]["edges_"]["r"] == [30, 90, 180, 365]
    for wrong in (
        {**document, "kind": "bgnbd"},
        {**document, "version": 2},
        {"kind": "rfm", "version": 1},
        {**document, "params": {"bins": 5}},
        {**document, "learned": {"n_": 5}},
    ):
        with pytest.raises(ArgumentError):
            RFM.from_dict(wrong)


@pytest.mark.spark
def test_spark_learns_and_scores_the_same(spark):
    """Ranks, quantiles, scores and names on Spark, lazily."""
    frame = spark.createDataFrame(
        [tuple(row) for row in CUSTOMERS.rows()],
        "customer_id string, days_since_last_order long, orders long, spend_minor long",
    )
    for params in ({}, {"scoring": "quantile_edges", "segments": "ranges", "cut": "median"}):
        model = RFM(**params).fit(frame)
        assert model.to_dict() == RFM(**params).fit(CUSTOMERS).to_dict()
        answer = model.score(frame)
        assert type(answer) is type(frame)
        rows = sorted((row.asDict() for row in answer.collect()), key=lambda row: row["customer_id"])
        assert rows == scored(**params).to_dicts()
    with pytest.raises(Unsupported, match="pyspark"):
        RFM(scoring="ordinal_rank").fit(CUSTOMERS).score(frame)


def test_narwhals_frames_are_not_asked_for():
    """A native frame goes in and a native frame comes out."""
    assert not isinstance(scored(), nw.DataFrame)
