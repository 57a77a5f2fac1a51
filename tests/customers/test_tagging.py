"""Tags case by case: which rule wins, how long a tag lasts, what changed and why."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from privdomain.customers.tagging import Tagger, TagOutcome, TagRule, delta_records, tag_deltas
from privdomain.errors import ArgumentError, FrameError, PolicyError, RuleError, RuleTypeError
from privdomain.models import TagChange, TagKind
from privdomain.rules import field
from tests.customers.frame_kinds import EAGER, LAZY, as_kind, rows_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 5, 1, 10, tzinfo=SHANGHAI)

SPEND = [
    TagRule("消费水平", field("spend_minor") >= 500_000, value="高"),
    TagRule("消费水平", field("spend_minor") >= 100_000, value="中"),
    TagRule("消费水平", field("spend_minor") >= 0, value="低"),
]


def tags_of(tagger, row, at=AT):
    """(tag, value) by row; the frame must agree."""
    found = [(tag.tag, tag.value) for tag in tagger.tag_row(row, at=at)]
    frame = pl.DataFrame([{"customer_id": "c1", **row}])
    assert tagger.tag(frame, as_of=at).select("tag", "value").rows() == found
    return found


@pytest.mark.parametrize(
    ("spend", "expected"),
    [(600_000, "高"), (500_000, "高"), (499_999, "中"), (100_000, "中"), (0, "低"), (-1, None)],
)
def test_tag_1_ordered_values_first_match_wins(spend, expected):
    """TAG-1: high from ¥5,000, mid from ¥1,000, low from 0; ¥6,000 is high, and only high."""
    assert tags_of(Tagger(SPEND), {"spend_minor": spend}) == ([("消费水平", expected)] if expected else [])


def test_tag_1_missing_spend_has_no_level():
    """A comparison with a missing value is false: no level, not the lowest one."""
    frame = pl.DataFrame(
        {"customer_id": ["c1"], "spend_minor": [None]}, schema_overrides={"spend_minor": pl.Int64}
    )
    assert Tagger(SPEND).tag(frame, as_of=AT).height == 0
    assert Tagger(SPEND).tag_row({}, at=AT) == ()


CITY = Tagger([TagRule(city, field("city") == city, group="城市") for city in ("北京", "上海")])


def test_tag_2_exclusive_group():
    """TAG-2: first 北京, then 上海: only 上海 is left, 北京 is closed with the time of the change."""
    may, june = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    then = CITY.tag(pl.DataFrame({"customer_id": ["c1"], "city": ["北京"]}), as_of=may)
    now = CITY.tag(pl.DataFrame({"customer_id": ["c1"], "city": ["上海"]}), as_of=june)
    assert now["tag"].to_list() == ["上海"]
    changes = {delta.tag_id: delta for delta in delta_records(tag_deltas(then, now, at=june))}
    assert {tag: delta.change for tag, delta in changes.items()} == {
        "上海": TagChange.ADDED,
        "北京": TagChange.REMOVED,
    }
    assert [changes["北京"].observed_at, changes["北京"].at, changes["北京"].group_id] == [may, june, "城市"]


def test_tag_3_a_tag_lasts_its_term():
    """TAG-3: 30 days from 1 May 10:00 end on 31 May 10:00, that moment excluded."""
    tagger = Tagger([TagRule("新客", "orders == 1", ttl_days=30)])
    end = datetime(2026, 5, 31, 10, tzinfo=SHANGHAI)
    (tag,) = tagger.tag_row({"orders": 1}, at=AT)
    assert [tag.observed_at, tag.expires_at] == [AT, end]
    frame = tagger.tag(pl.DataFrame({"customer_id": ["c1"], "orders": [1]}), as_of=AT)
    assert frame.select("observed_at", "expires_at").row(0) == (AT, end)
    nothing = frame.clear()
    before = tag_deltas(frame, nothing, at=datetime(2026, 5, 31, 9, 59, 59, tzinfo=SHANGHAI))
    assert [before["change"].item(), tag_deltas(frame, nothing, at=end)["change"].item()] == [
        "removed",
        "expired",
    ]


def test_tag_4_manual_before_rule_before_predicted():
    """TAG-4: what staff marked wins over a prediction; the loser is told by explain, with the reason."""
    tagger = Tagger(
        [
            TagRule("意向", field("p_intent") < 0.3, value="低", kind=TagKind.PREDICTED, priority=9),
            TagRule("意向", field("visits_7d") >= 5, value="中"),
            TagRule("意向", field("staff_says") == "高意向", value="高", kind=TagKind.MANUAL),
        ]
    )
    row = {"p_intent": 0.1, "visits_7d": 8, "staff_says": "高意向"}
    assert tags_of(tagger, row) == [("意向", "高")]
    assert tags_of(tagger, {**row, "staff_says": "?"}) == [("意向", "中")]
    assert tags_of(tagger, {**row, "staff_says": "?", "visits_7d": 0}) == [("意向", "低")]
    low, mid, high = tagger.explain(row)
    assert [low.outcome, mid.outcome, high.outcome] == [
        TagOutcome.OUTRANKED,
        TagOutcome.OUTRANKED,
        TagOutcome.SET,
    ]
    assert [low.by, mid.by, high.by] == ["意向=高", "意向=高", ""]
    assert str(low).startswith("意向=低: outranked by 意向=高\nmatches: p_intent < 0.3")


def test_priority_orders_rules_of_one_kind():
    """Within one kind the larger priority wins, then the one listed first."""
    rules = [
        TagRule("a", "n > 0", group="g"),
        TagRule("b", "n > 1", group="g", priority=1),
        TagRule("c", "n > 2", group="g", priority=1),
    ]
    tagger = Tagger(rules)
    assert [tags_of(tagger, {"n": n}) for n in (1, 2, 3)] == [[("a", "")], [("b", "")], [("b", "")]]
    assert [tags_of(Tagger(rules[::-1]), {"n": n}) for n in (2, 3)] == [[("b", "")], [("c", "")]]


def test_tag_8_a_changed_definition_is_a_new_version():
    """TAG-8: every part of a definition counts, other ways of writing it do not; old tags keep their version."""
    rule = TagRule("t", field("n") >= 1_000, value="v", ttl_days=3)
    changed = [
        TagRule("u", field("n") >= 1_000, value="v", ttl_days=3),
        TagRule("t", field("n") >= 1_001, value="v", ttl_days=3),
        TagRule("t", field("n") >= 1_000, value="w", ttl_days=3),
        TagRule("t", field("n") >= 1_000, value="v", ttl_days=4),
        TagRule("t", field("n") >= 1_000, value="v", ttl_days=3, group="g"),
        TagRule("t", field("n") >= 1_000, value="v", ttl_days=3, priority=1),
        TagRule("t", field("n") >= 1_000, value="v", ttl_days=3, kind=TagKind.FACT),
    ]
    assert len({each.version for each in [rule, *changed]}) == 8
    assert TagRule("t", "n  >=  1_000", value="v", ttl_days=3).version == rule.version
    assert rule.version == "a23d85e308a5422d"  # stored with tags: it may not change between releases
    frame = pl.DataFrame({"customer_id": ["c1"], "n": [5_000]})
    first, third = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 3, tzinfo=UTC)
    then, now = Tagger([rule]).tag(frame, as_of=first), Tagger([changed[1]]).tag(frame, as_of=third)
    kept = tag_deltas(then, now, at=third)
    assert kept.select("change", "rule_version").row(0) == ("kept", changed[1].version)
    assert then["rule_version"].item() == rule.version


def test_a_tagger_has_a_version_of_its_own():
    """The order of rules decides who wins, so it is part of the set's version."""
    assert Tagger(SPEND).version != Tagger(SPEND[::-1]).version
    assert Tagger(SPEND).version == Tagger.from_json(Tagger(SPEND).to_json()).version


def test_marks_are_the_winners():
    """One column per rule, true where its tag is given: never two of one group."""
    frame = pl.DataFrame({"customer_id": ["c1", None], "spend_minor": [600_000, 150_000], "kept": ["x", "y"]})
    marked = Tagger(SPEND).mark(frame)
    assert marked.columns == [*frame.columns, "消费水平=高", "消费水平=中", "消费水平=低"]
    assert marked.select(pl.col("^消费.*$")).rows() == [(True, False, False), (False, True, False)]


def test_a_row_without_an_id_is_tagged_for_nobody():
    """A frame of tags says whose they are."""
    frame = pl.DataFrame({"customer_id": [None, "c2"], "spend_minor": [1, 2]})
    assert Tagger(SPEND).tag(frame, as_of=AT)["customer_id"].to_list() == ["c2"]


def test_a_day_is_its_first_moment():
    """``as_of`` may be a day of the business zone, as for traits."""
    frame = pl.DataFrame({"customer_id": ["c"], "spend_minor": [1]})
    got = Tagger(SPEND).tag(frame, as_of=date(2026, 5, 1))["observed_at"].item()
    assert got == datetime(2026, 4, 30, 16, tzinfo=UTC)


# --- deltas


def tags(kind, *triples, expires_at=None):
    at = datetime(2026, 5, 1, tzinfo=UTC)
    instant = pl.Datetime("us", "UTC")
    frame = pl.DataFrame(
        [(*triple, "", "rule", "r", "1", at, expires_at) for triple in triples],
        schema={
            "customer_id": pl.String, "tag": pl.String, "value": pl.String, "group": pl.String, "kind": pl.String,
            "rule": pl.String, "rule_version": pl.String, "observed_at": instant, "expires_at": instant,
        },
        orient="row",
    )  # fmt: skip
    return as_kind(frame, kind)


@pytest.mark.parametrize("kind", [*EAGER, "polars lazy"])
def test_deltas_on_every_kind_of_frame(kind):
    """Added, kept, removed; a changed value is one removed and one added; nobody's tags touch another's."""
    then = tags(kind, ("c1", "a", ""), ("c1", "b", "x"), ("c2", "a", ""))
    now = tags(kind, ("c1", "b", "y"), ("c2", "a", ""), ("c3", "a", ""))
    got = tag_deltas(then, now, at=AT)
    assert type(got) is type(then)
    found = sorted((row["customer_id"], row["tag"], row["value"], row["change"]) for row in rows_of(got))
    assert found == [
        ("c1", "a", "", "removed"),
        ("c1", "b", "x", "removed"),
        ("c1", "b", "y", "added"),
        ("c2", "a", "", "kept"),
        ("c3", "a", "", "added"),
    ]


@pytest.mark.parametrize("kind", [*EAGER, "polars lazy"])
@pytest.mark.parametrize(("then", "now"), [([], [("c", "a", "")]), ([("c", "a", "")], []), ([], [])])
def test_deltas_from_and_to_nothing(kind, then, now):
    """The first run adds everything; a run that tags nobody removes everything."""
    got = rows_of(tag_deltas(tags(kind, *then), tags(kind, *now), at=AT))
    assert [row["change"] for row in got] == ["added"] * len(now) + ["removed"] * len(then)


def test_deltas_on_duckdb():
    """Two relations of one connection are compared where they are."""
    import duckdb

    connection = duckdb.connect()
    then = connection.from_arrow(tags("pyarrow", ("c1", "a", ""), ("c2", "a", "")))
    now = connection.from_arrow(tags("pyarrow", ("c2", "a", ""), ("c3", "a", "")))
    got = tag_deltas(then, now, at=AT)
    assert type(got) is type(then)
    found = sorted((row["customer_id"], row["change"]) for row in rows_of(got))
    assert found == [("c1", "removed"), ("c2", "kept"), ("c3", "added")]


def test_deltas_of_frames_that_do_not_fit():
    """Two kinds of frame, or frames without the columns of tags, are refused with every column named."""
    some = tags("polars", ("c", "a", ""))
    with pytest.raises(FrameError, match="bring both to one kind"):
        tag_deltas(some, some.lazy(), at=AT)
    with pytest.raises(FrameError) as caught:
        tag_deltas(some.drop("tag"), some.rename({"kind": "kinds"}), at=AT)
    assert [str(problem) for problem in caught.value.problems] == [
        "previous: tag: is missing",
        "current: kind: is missing, did you mean 'kinds'?",
    ]


def test_a_tag_that_ran_out_and_is_set_again_is_added():
    """Up to the moment it ends a tag is kept; from then on it had a gap, and comes anew with what is said now."""
    tagger = Tagger([TagRule("新客", "orders == 1", ttl_days=30)])
    frame = pl.DataFrame({"customer_id": ["c1"], "orders": [1]})
    then, end = tagger.tag(frame, as_of=AT), datetime(2026, 5, 31, 10, tzinfo=SHANGHAI)
    for moment, change in (
        (end - timedelta(seconds=1), "kept"),
        (end, "added"),
        (end + timedelta(9), "added"),
    ):
        got = tag_deltas(then, tagger.tag(frame, as_of=moment), at=moment)
        assert got.select("change", "observed_at").rows() == [(change, moment)]


@pytest.mark.parametrize("kind", EAGER)
def test_a_customer_has_a_tag_once(kind):
    """A frame with a customer's tag twice, whatever its values, is no frame of tags; a lazy one is not looked into."""
    good, twice = (
        tags(kind, ("c1", "a", ""), ("c2", "a", "")),
        tags(kind, ("c1", "a", ""), ("c7", "a", "x"), ("c7", "a", "y"), ("c8", "b", ""), ("c8", "b", "")),
    )
    for sides, which in (((twice, good), "previous"), ((good, twice), "current")):
        with pytest.raises(
            FrameError, match=rf"{which} is no frame of tags.*: 2 more than once, e.g. of customer_id 'c7'"
        ):
            tag_deltas(*sides, at=AT)
    lazy = as_kind(pl.DataFrame({"customer_id": ["c", "c"], "spend_minor": [1, 1]}), "polars lazy")
    assert len(rows_of(Tagger(SPEND).tag(lazy, as_of=AT))) == 2


@pytest.mark.parametrize("kind", EAGER)
def test_a_customer_has_one_profile(kind):
    """Two rows of one customer would give two answers; rows of nobody are left out, not counted."""
    frame = pl.DataFrame(
        {"customer_id": ["c1", "c2", "c2", None, None], "spend_minor": [1, 2, 600_000, 3, 4]}
    )
    with pytest.raises(
        FrameError,
        match=r"one row per customer; there are customers: 1 more than once, e\.g\. of customer_id 'c2'",
    ):
        Tagger(SPEND).tag(as_kind(frame, kind), as_of=AT)
    kept = as_kind(frame.filter(pl.col("spend_minor") != 2), kind)
    assert [row["customer_id"] for row in rows_of(Tagger(SPEND).tag(kept, as_of=AT))] == ["c1", "c2"]


def test_a_term_ends_before_the_year_10000():
    """A term that passes the calendar's end is named, by row as by frame."""
    tagger, late = Tagger([TagRule("t", "n > 0", ttl_days=36_500)]), datetime(9950, 1, 1, tzinfo=UTC)
    for run in (
        lambda: tagger.tag_row({"n": 1}, at=late),
        lambda: tagger.tag(pl.DataFrame({"customer_id": ["c"], "n": [1]}), as_of=late),
    ):
        with pytest.raises(
            ArgumentError, match="ttl_days=36500 ends after the year 9999; leave ttl_days out"
        ):
            run()


# --- written form


def test_json_round_trip():
    """A document holds rules as text and only what differs from the defaults; read back, it is the same tagger."""
    tagger = Tagger(
        [
            *SPEND,
            TagRule(
                "沉睡", "days > 180", group="状态", priority=2, ttl_days=7, kind=TagKind.FACT, name="sleep"
            ),
        ]
    )
    document = json.loads(tagger.to_json())
    assert document["schema"] == "tag-rules/1"
    assert document["rules"][0] == {"tag": "消费水平", "rule": "spend_minor >= 500000", "value": "高"}
    assert Tagger.from_json(tagger.to_json()).rules == tagger.rules
    assert Tagger.from_json(document).rules == tagger.rules


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ("{", None),
        ({"rules": []}, None),
        ({"schema": "tag-rules/2", "rules": []}, None),
        ({"schema": "tag-rules/1", "rule": []}, ["rule", "rules"]),
        (
            {"schema": "tag-rules/1", "rules": [{"tag": "a", "rule": "n >"}, {"tag": "b"}, {"tag": "c", "rule": "n > 1", "ttl": 3}]},
            ["rules[0].rule", "rules[1].rule", "rules[2].ttl"],
        ),
        ({"schema": "tag-rules/1", "rules": [{"tag": "", "rule": "n > 1", "ttl_days": 0, "kind": "guess"}]}, ["rules[0].tag", "rules[0].kind", "rules[0].ttl_days"]),
    ],
)  # fmt: skip
def test_a_wrong_document_names_every_wrong_place(document, paths):
    """One PolicyError with the path of everything that is wrong."""
    with pytest.raises(PolicyError) as caught:
        Tagger.from_json(document if isinstance(document, str) else json.dumps(document))
    if paths is not None:
        assert [problem.path for problem in caught.value.problems] == paths


# --- what is refused


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([], "one rule or more"),
        (["n > 1"], "is str; expected a TagRule"),
        ([TagRule("t", "n > 1"), TagRule("t", "n > 2")], r"has the id of rules\[0\]; expected a name="),
        ([TagRule("t", "n > 1", value="a"), TagRule("t", "n > 1", value="b")], "holds exactly when t=a does"),
        ([TagRule("a", "n > 1", group="g"), TagRule("b", "n > 1", group="g")], "holds exactly when a does"),
        (
            [TagRule("t", "n > 1", value="a", group="g"), TagRule("t", "n > 2", value="b")],
            "puts the tag 't' into group ''; expected its group 'g'",
        ),
    ],
)
def test_rules_that_cannot_stand_together(rules, words):
    """Duplicates, a rule that could never win, a tag in two groups: refused when the tagger is made."""
    with pytest.raises(PolicyError, match=words):
        Tagger(rules)


def test_a_wrong_rule_says_all_that_is_wrong():
    """One error for one definition, whatever is wrong in it; a rule text with an error says where."""
    with pytest.raises(PolicyError) as caught:
        TagRule("t", "n >> 1", ttl_days=0)
    assert [problem.path for problem in caught.value.problems] == ["rule", "ttl_days"]
    assert "column 4" in str(caught.value)


def test_unknown_fields_are_named_with_the_nearest():
    """A misspelt field is an error before anything runs, on a frame as in a check."""
    tagger = Tagger(SPEND)
    with pytest.raises(RuleError, match=r"spend_minor: no such column, did you mean 'spend_minr'\?"):
        tagger.tag(pl.DataFrame({"customer_id": ["c"], "spend_minr": [1]}), as_of=AT)
    with pytest.raises(RuleError, match="no such column"):
        tagger.mark(pl.DataFrame({"customer_id": ["c"]}))
    with pytest.raises(RuleTypeError, match="is string"):
        tagger.check({"spend_minor": "string"})
    with pytest.raises(FrameError, match="customer_id: is missing, did you mean 'customer'"):
        tagger.tag(pl.DataFrame({"customer": ["c"], "spend_minor": [1]}), as_of=AT)
    with pytest.raises(ArgumentError, match="is there already"):
        Tagger([TagRule("N", "n > 1")]).mark(pl.DataFrame({"n": [1]}))


def test_rules_over_two_kinds_are_refused():
    """One field has one kind in the whole set."""
    with pytest.raises(RuleTypeError, match="is compared with"):
        Tagger([TagRule("a", "n > 1"), TagRule("b", 'n == "1"')]).fields  # noqa: B018


@pytest.mark.parametrize("kind", [*EAGER, *LAZY])
def test_the_same_kind_of_frame_comes_back(kind):
    """Whatever kind goes in comes out, tags and marks alike, with the same rows."""
    frame = pl.DataFrame({"customer_id": ["c1", "c2"], "spend_minor": [600_000, 1]})
    native = as_kind(frame, kind)
    tagger = Tagger([*SPEND, TagRule("大客户", "spend_minor > 100", ttl_days=2)])
    tagged, marked = tagger.tag(native, as_of=AT), tagger.mark(native)
    assert type(tagged) is type(native)
    assert type(marked) is type(native)
    found = sorted(
        (row["customer_id"], row["rule"], row["expires_at"])
        for row in rows_of(tagged)
        if row["tag"] == "大客户"
    )
    assert found == [("c1", "大客户", datetime(2026, 5, 3, 2, tzinfo=UTC))]
    assert [row["消费水平=低"] for row in sorted(rows_of(marked), key=lambda row: row["customer_id"])] == [
        False,
        True,
    ]
