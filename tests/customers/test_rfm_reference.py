"""RFM on Online Retail II: the published counts, from raw order lines through the traits to the scores."""

from datetime import date

import polars as pl
import pytest

from privdomain.customers.segmentation import RFM, ValueClass
from privdomain.customers.traits import rfm_traits

AS_OF = date(2011, 12, 10)


@pytest.fixture(scope="module")
def customers(online_retail):
    return rfm_traits(online_retail, as_of=AS_OF, zone="UTC")


def scores(frame, axis):
    return [frame.filter(pl.col(f"{axis}_score") == score).height for score in range(1, 6)]


def counts(frame, column):
    return dict(frame[column].value_counts().iter_rows())


def test_the_summary_has_the_published_sums_means_and_medians(customers):
    """5,878 customers; R, F and M add up, on average and in the middle, to what the reference says."""
    assert customers.height == 5_878
    assert customers["days_since_last_order"].sum() == 1_186_573
    assert customers["orders"].sum() == 36_969
    assert customers["spend_minor"].sum() == 1_743_153_316
    means = [customers[name].mean() for name in ("days_since_last_order", "orders", "spend_minor")]
    assert [round(means[0], 4), round(means[1], 4), round(means[2] / 100, 4)] == [201.8668, 6.2894, 2965.5551]
    assert [customers[name].median() for name in ("days_since_last_order", "orders", "spend_minor")] == [
        96,
        3,
        86_914,
    ]


@pytest.mark.parametrize(
    ("scoring", "r", "f", "m", "best", "worst"),
    [
        (
            "quantile_edges",
            [1168, 1175, 1180, 1140, 1215],
            [1623, 944, 1150, 1034, 1127],
            [1176, 1175, 1176, 1175, 1176],
            467,
            442,
        ),
        (
            "average_rank",
            [1178, 1174, 1171, 1200, 1155],
            [1623, 944, 1150, 1034, 1127],
            [1175, 1176, 1175, 1176, 1176],
            457,
            445,
        ),
    ],
)
def test_scores_of_both_rules(customers, scoring, r, f, m, best, worst):
    """Each rule for ties gives the published number of customers per score, and of 555 and 111."""
    scored = RFM(scoring=scoring).fit(customers).score(customers)
    assert [scores(scored, "r"), scores(scored, "f"), scores(scored, "m")] == [r, f, m]
    triples = scored.group_by("r_score", "f_score", "m_score").len()
    assert [
        triples.filter(r_score=score, f_score=score, m_score=score)["len"].item() for score in (5, 1)
    ] == [best, worst]


def test_ordinal_rank_gives_exact_fifths(customers):
    """5,878 = 3·1,176 + 2·1,175: no fifth differs from another by more than one customer."""
    scored = RFM(scoring="ordinal_rank").fit(customers).score(customers)
    for axis in "rfm":
        assert sorted(scores(scored, axis)) == [1175, 1175, 1176, 1176, 1176]


@pytest.mark.parametrize(
    ("scoring", "expected"),
    [
        ("quantile_edges", [826, 1053, 711, 77, 160, 284, 424, 640, 64, 1639]),
        ("average_rank", [800, 1077, 711, 71, 166, 282, 419, 644, 64, 1644]),
    ],
)
def test_segments_of_the_grid(customers, scoring, expected):
    """Ten names on (R, F), each with the published count."""
    names = [
        "Champions", "Loyal customers", "Potential loyalists", "New customers", "Promising", "Needs attention",
        "About to sleep", "At risk", "Can't lose them", "Hibernating",
    ]  # fmt: skip
    scored = RFM(scoring=scoring).fit(customers).score(customers)
    assert counts(scored, "segment") == dict(zip(names, expected, strict=True))


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"cut": "mean"}, [942, 56, 116, 46, 456, 67, 2083, 2112]),
        ({"cut": "median"}, [1910, 741, 112, 176, 318, 342, 607, 1672]),
        ({"cut": "median", "equal": "low"}, [1747, 597, 261, 334, 144, 159, 777, 1859]),
    ],
)
def test_the_eight_classes(customers, params, expected):
    """八分类 by means, by medians with equal counted as high, and with equal counted as low."""
    found = counts(RFM(**params).fit(customers).score(customers), "value_class")
    assert [found[name.value] for name in ValueClass] == expected


def test_fit_and_score_do_not_depend_on_the_engine(customers):
    """DuckDB learns the same numbers and gives every customer the same names."""
    import duckdb

    connection = duckdb.connect()
    relation = connection.from_arrow(customers.to_arrow())
    for scoring in ("average_rank", "quantile_edges"):
        ours, theirs = RFM(scoring=scoring).fit(customers), RFM(scoring=scoring).fit(relation)
        assert theirs.to_dict() == ours.to_dict()
        assert theirs.score(relation).pl().sort("customer_id").equals(ours.score(customers))
