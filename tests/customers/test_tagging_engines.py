"""One profile and a frame of profiles get the same tags, on every kind of frame."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain.customers.tagging import Tagger, TagRule
from privdomain.models import TagKind
from privdomain.rules import field
from tests.customers.frame_kinds import EAGER, LAZY, as_kind, rows_of

AT = datetime(2026, 5, 1, 10, tzinfo=UTC)
SCHEMA = {"customer_id": pl.String, "spend_minor": pl.Int64, "city": pl.String, "score": pl.Float64}

conditions = st.sampled_from(
    [
        field("spend_minor") >= 500,
        field("spend_minor") > 0,
        field("city") == "上海",
        field("city") != "上海",
        ~(field("city") == "上海"),
        field("city").is_missing(),
        field("score") < 0.5,
        (field("score") >= 0.5) & (field("spend_minor") < 500),
        (field("score") >= 0.5) | field("city").is_in(["杭州", "北京"]),
    ]
)


@st.composite
def taggers(draw):
    rules = {}
    for number in range(draw(st.integers(1, 7))):
        tag = draw(st.sampled_from(["a", "b", "标签"]))
        group = {"a": "", "b": "组", "标签": "组"}[tag]
        rule = TagRule(
            tag,
            draw(conditions),
            value=draw(st.sampled_from(["", "高", "低"])),
            group=group,
            kind=draw(st.sampled_from([TagKind.MANUAL, TagKind.RULE, TagKind.PREDICTED])),
            priority=draw(st.integers(0, 1)),
            ttl_days=draw(st.sampled_from([None, 1, 30])),
            name=f"规则 {number}",
        )
        rules.setdefault((rule.slot, rule.rule), rule)  # a rule that repeats another in its slot is refused
    return Tagger(rules.values())


profiles = st.lists(
    st.fixed_dictionaries(
        {
            "spend_minor": st.none() | st.sampled_from([-1, 0, 1, 499, 500, 2**53 + 1]),
            "city": st.none() | st.sampled_from(["上海", "杭州", "苏州", ""]),
            "score": st.none() | st.sampled_from([0.0, 0.5, float("nan")]),
        }
    ),
    max_size=8,
)


def by_row(tagger, rows):
    return [
        {"customer_id": row["customer_id"], **tag.model_dump(mode="python")}
        for row in rows
        for tag in tagger.tag_row(row, at=AT)
    ]


@pytest.mark.parametrize("kind", [*EAGER, *LAZY])
@settings(deadline=None, max_examples=25)
@given(tagger=taggers(), rows=profiles)
def test_rows_and_frames_get_the_same_tags(kind, tagger, rows):
    """Exclusive groups, kinds, priorities, terms and missing values: one answer by row and on each engine."""
    rows = [{"customer_id": f"c{number}", **row} for number, row in enumerate(rows)]
    frame = as_kind(pl.DataFrame(rows, schema=SCHEMA, orient="row"), kind)
    found = rows_of(tagger.tag(frame, as_of=AT))
    expected = by_row(tagger, rows)
    if kind in EAGER:  # customers in the frame's order, their tags in the tagger's
        assert found == expected
    else:
        order = lambda row: (row["customer_id"], row["rule"])  # noqa: E731
        assert sorted(found, key=order) == sorted(expected, key=order)
    marks = sorted(rows_of(tagger.mark(frame)), key=lambda row: row["customer_id"])
    set_marks = {
        (row["customer_id"], each.rule_id) for row in marks for each in tagger.rules if row[each.rule_id]
    }
    assert set_marks == {(row["customer_id"], row["rule"]) for row in expected}


@settings(deadline=None, max_examples=60)
@given(tagger=taggers(), row=profiles.filter(bool).map(lambda rows: rows[0]))
def test_explanations_agree_with_the_tags(tagger, row):
    """A rule is explained as set exactly when its tag is given, and as outranked only by one that is set."""
    given_tags = {tag.rule for tag in tagger.tag_row(row, at=AT)}
    explained = tagger.explain(row)
    assert {each.rule for each in explained if each.outcome == "set"} == given_tags
    for each in explained:
        assert each.why.matches == (each.outcome != "not_matched")
        assert (each.by in given_tags) if each.outcome == "outranked" else each.by == ""


@pytest.mark.spark
def test_spark_gives_the_same_tags(spark):
    """Tags and marks on Spark, lazily."""
    tagger = Tagger(
        [
            TagRule("消费", field("spend_minor") >= 500, value="高", ttl_days=30),
            TagRule("消费", field("spend_minor") > 0, value="低"),
            TagRule("上海", field("city") == "上海", group="城市"),
            TagRule("外地", ~(field("city") == "上海"), group="城市"),
            TagRule("低分", field("score") < 0.5, kind=TagKind.PREDICTED),
        ]
    )
    rows = [
        {"customer_id": f"c{number}", "spend_minor": spend, "city": city, "score": score}
        for number, (spend, city, score) in enumerate(
            [(500, "上海", 0.1), (1, None, float("nan")), (None, "杭州", None), (0, "上海", 0.9)]
        )
    ]
    ddl = "customer_id string, spend_minor long, city string, score double"
    frame = spark.createDataFrame([tuple(row.values()) for row in rows], ddl)
    found = [row.asDict() for row in tagger.tag(frame, as_of=AT).collect()]
    for row in found:
        row["observed_at"] = row["observed_at"].replace(tzinfo=UTC)
        row["expires_at"] = row["expires_at"] and row["expires_at"].replace(tzinfo=UTC)
    order = lambda row: (row["customer_id"], row["rule"])  # noqa: E731
    assert sorted(found, key=order) == sorted(by_row(tagger, rows), key=order)
    assert sum(row["外地"] for row in (each.asDict() for each in tagger.mark(frame).collect())) == 2
