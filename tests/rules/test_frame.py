"""Rules on frames: column types of every width, what is refused, what comes back, what stays lazy."""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from privdomain.errors import ArgumentError, FrameError, RuleError, RuleTypeError, Unsupported
from privdomain.rules import MAX_SIZE, RuleSet, any_of, field, match_frame, parse_rule

AT = datetime(2026, 11, 11, 4, 0, 0, 123456, tzinfo=UTC)


def holds(rule, column, *, name="a"):
    """What a rule says of the values of one polars series, on polars and, where it can hold it, on DuckDB."""
    frame = pl.DataFrame({name: column})
    answer = match_frame(frame, rules={"holds": rule})["holds"].to_list()
    if (
        not isinstance(column.dtype, pl.Categorical | pl.Enum | pl.Int128)
        and getattr(column.dtype, "time_unit", "") != "ns"
    ):
        relation = duckdb.from_arrow(frame.to_arrow())
        assert [
            row[0] for row in match_frame(relation, rules={"holds": rule}).select("holds").fetchall()
        ] == answer
    return answer


@pytest.mark.parametrize(
    "dtype", [pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64, pl.Int128]
)
@pytest.mark.parametrize(
    "text",
    [
        "a > -1", "a == 2.5", "a != 2.5", "a >= 2.5", "a <= 2.5", "a in [1, 300, -7, 2.5]", "a not in [1, -7, 9e18, 1e19]",
        "a < 9223372036854775807", "a between -5.5 and 1e30", "a not between -1e300 and 1", "a > 1e19", "a < 1e300", "a == -300",
        "a == 1e19", "a != 1e300",
    ],
)  # fmt: skip
def test_whole_numbers_of_every_width(dtype, text):
    """A constant outside a column's width is compared, not cast: every integer type answers as Python does."""
    values = [0, 1, 2, 3, 100, None]
    rule = parse_rule(text)

    assert holds(rule, pl.Series(values, dtype=dtype)) == [rule.matches({"a": value}) for value in values]


def test_unsigned_64_bits_are_exact():
    """Values beyond the signed range are compared exactly, with floats too."""
    values = [2**63 - 1, 2**63, 2**63 + 2048, 2**64 - 1, None]
    for text in (
        "a > 9.223372036854775807e18",
        "a >= 1.8446744073709552e19",
        "a == 9.223372036854775808e18",
        "a != 9223372036854775807",
    ):
        rule = parse_rule(text)
        assert holds(rule, pl.Series(values, dtype=pl.UInt64)) == [
            rule.matches({"a": value}) for value in values
        ]


def test_floats_of_32_bits_are_what_they_hold():
    """0.1 in 32 bits is not 0.1: the row that a frame gives out says the same."""
    column = pl.Series([0.1, 0.5, float("nan"), None], dtype=pl.Float32)

    for text in ("a == 0.1", "a > 0.1", "a in [0.5, 0.1]", "a != 0.5", "a is missing"):
        rule = parse_rule(text)
        assert holds(rule, column) == [rule.matches({"a": value}) for value in column.to_list()]


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(["c", "b", "a"])])
def test_categories_are_texts(dtype):
    """An Enum's own order and a Categorical's codes do not show."""
    column = pl.Series(["a", "b", None, "c"], dtype=dtype)

    assert holds(field("a") < "b", column) == [True, False, False, False]
    assert holds(field("a").contains("c"), column) == [False, False, False, True]
    assert holds(field("a").is_in(["a", "z"]), column) == [True, False, False, False]


def test_duckdb_enums_are_texts():
    """DuckDB's ENUM compares as text too."""
    relation = duckdb.sql("select x::enum('b', 'a') as a from (values ('a'), ('b'), (null)) t(x)")

    marked = match_frame(relation, rules={"holds": field("a") < "b", "long": field("a").contains("a")})

    assert marked.fetchall() == [("a", True, True), ("b", False, False), (None, False, False)]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_instants_of_every_unit_and_zone(unit, zone):
    """Microseconds count, whatever unit the column has and whatever zone it shows."""
    moments = [AT, AT + timedelta(microseconds=1), AT.replace(microsecond=123000), None]
    column = (
        pl.Series(moments, dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(zone).dt.cast_time_unit(unit)
    )

    for rule in (
        field("a") == AT,
        field("a") >= AT.astimezone(ZoneInfo("Asia/Tokyo")),
        field("a").is_in([AT]),
        field("a") != AT,
    ):
        assert holds(rule, column) == [rule.matches({"a": value}) for value in column.to_list()]


def test_decimals_are_refused_in_rows_and_frames():
    """No engine compares a decimal with a float alike, so neither reading does."""
    rule = field("a") > 1
    with pytest.raises(RuleTypeError):
        rule.matches({"a": Decimal(2)})
    with pytest.raises(RuleTypeError, match=r"a: is Decimal.*; expected int or float; decimals"):
        rule.filter_frame(pl.DataFrame({"a": [Decimal(2)]}))


@pytest.mark.parametrize(
    "make", [pl.DataFrame, pl.LazyFrame, pd.DataFrame, pa.table], ids=["polars", "lazy", "pandas", "pyarrow"]
)
def test_a_column_of_nothing_is_missing_everywhere(make):
    """A column in which nothing ever stood has no kind; every test of it is false, as in rows."""
    frame = make({"a": [None, None], "b": [1, 2]})
    rules = {
        "gt": field("a") > 1,
        "ne": field("a") != "x",
        "gone": field("a").is_missing(),
        "not": ~(field("a") == 1),
    }

    for name, rule in rules.items():
        marked = nw.from_native(match_frame(frame, rules={name: rule})).lazy().collect("polars")
        assert marked[name].to_list() == [rule.matches({"a": None, "b": 1})] * 2


@pytest.mark.parametrize(
    "make", [pl.DataFrame, pl.LazyFrame, pd.DataFrame, pa.table], ids=["polars", "lazy", "pandas", "pyarrow"]
)
def test_every_problem_is_named_before_anything_runs(make):
    """Missing fields with the nearest name, and wrong kinds, in one error."""
    frame = make({"city": ["上海"], "spend_minor": [100], "day": ["2026-11-11"]})
    rules = {"a": field("spend_minr") > 1, "b": field("city") == 5, "c": field("day") >= date(2026, 11, 11)}

    with pytest.raises(RuleTypeError) as caught:
        match_frame(frame, rules=rules)

    assert [(problem.path, problem.problem) for problem in caught.value.problems] == [
        ("spend_minr", "no such column, did you mean 'spend_minor'?"),
        ("city", "is string"),
        ("day", "is string"),
    ]


def test_a_missing_column_alone_is_no_type_error():
    """When only names are wrong the error says only that."""
    with pytest.raises(RuleError, match="did you mean 'city'") as caught:
        (field("ciyt") == "x").filter_frame(pl.DataFrame({"city": ["x"]}))
    assert not isinstance(caught.value, RuleTypeError)


def test_case_counts_in_names_on_duckdb():
    """DuckDB would find CITY for city; a rule that runs there must run anywhere."""
    relation = duckdb.sql("select 'x' as CITY")
    with pytest.raises(RuleError, match="city: no such column"):
        (field("city") == "x").filter_frame(relation)


def test_not_a_frame():
    """What is no frame is named."""
    with pytest.raises(FrameError, match="list is not a frame"):
        (field("a") == 1).filter_frame([1])


def test_a_rule_is_not_named_like_a_column():
    """Marking does not overwrite."""
    with pytest.raises(ArgumentError, match="'A' is there already"):
        match_frame(pl.DataFrame({"a": [1]}), rules={"A": field("a") == 1})


def test_lazy_frames_stay_lazy_and_nothing_runs():
    """A lazy frame whose computation would fail is planned without an error."""

    def fail(frame):
        raise AssertionError("collected")

    lazy = pl.LazyFrame({"a": [1]}).map_batches(fail, schema={"a": pl.Int64})

    assert isinstance((field("a") == 1).filter_frame(lazy), pl.LazyFrame)
    assert isinstance(match_frame(lazy, rules={"one": field("a") == 1}), pl.LazyFrame)


def test_pandas_columns_come_back_untouched():
    """Index, objects, categories and nullable types of columns the rule does not read survive."""
    frame = pd.DataFrame(
        {
            "a": pd.array([2**53 + 1, None, 3], dtype="Int64"),
            "cat": pd.Categorical(["x", "y", "x"]),
            "anything": [object(), {"k": 1}, None],
        },
        index=["p", "q", "r"],
    )
    rule = field("a") > 2**53

    marked, kept = match_frame(frame, rules={"big": rule}), rule.filter_frame(frame)

    pd.testing.assert_frame_equal(marked.drop(columns="big"), frame)
    assert marked["big"].tolist() == [True, False, False]
    assert marked["big"].dtype == bool
    pd.testing.assert_frame_equal(kept, frame.iloc[:1])


def test_marks_of_a_set_check_all_rules_at_once():
    """RuleSet.check and RuleSet.match_frame are the same question."""
    rules = RuleSet({"old": field("age") > 60, "named": field("name") == 1})

    with pytest.raises(RuleTypeError, match="age: no such column"):
        rules.check({"name": "string"})
    frame = pl.DataFrame({"age": [61], "name": [1]})
    assert rules.match_frame(frame).columns == ["age", "name", "old", "named"]


def test_ten_thousand_clauses():
    """Breadth is cheap: one rule of 10,000 clauses runs on a row, polars and DuckDB."""
    rule = any_of(field("n") == number for number in range(10_000)) & (field("n") > -1)
    frame = pl.DataFrame({"n": [-1, 5, 10_000, None]})
    expected = [rule.matches(row) for row in frame.to_dicts()]

    assert match_frame(frame, rules={"r": rule})["r"].to_list() == expected
    relation = match_frame(duckdb.from_arrow(frame.to_arrow()), rules={"r": rule})
    assert relation.select("r").fetchall() == [(one,) for one in expected]


def test_a_long_list_of_values():
    """Membership in 50,000 values."""
    rule = field("n").is_in(range(0, 100_000, 2))
    assert len(rule.filter_frame(pl.DataFrame({"n": list(range(20))}))) == 10
    assert MAX_SIZE > 50_000


def test_expressions_without_a_frame():
    """to_expr() knows the builders' columns, int and float alike, and NaN is missing."""
    rule = (field("a") >= 2.5) & (field("s") != "x") | ~(field("a") > 2**53) & (field("a") < 1e19)

    for column in ([3, 2, 2**53 + 1, None], [3.0, float("nan"), 2.5, None]):
        frame = pl.DataFrame({"a": column, "s": ["x", "y", "z", None]})
        marked = nw.from_native(frame).with_columns(r=rule.to_expr())
        assert marked["r"].to_list() == [rule.matches(row) for row in frame.to_dicts()]


@pytest.mark.parametrize("rule", [field("a").is_missing(), field("a") > 2**53 + 1, field("a") < 2.0**63])
def test_expressions_without_a_frame_do_not_guess(rule):
    """Where int and float columns would need different expressions the frame is asked for."""
    with pytest.raises(RuleError, match=r"rule\.to_expr\(frame\)"):
        rule.to_expr()


def test_expressions_are_checked_against_their_frame():
    """to_expr(frame) refuses what match_frame refuses."""
    with pytest.raises(RuleTypeError):
        (field("a") == "x").to_expr(pl.DataFrame({"a": [1]}))


@pytest.mark.parametrize("make", [pd.DataFrame, pa.table])
def test_expressions_are_for_engines_that_answer_alike(make):
    """pandas and pyarrow are run through polars, so an expression for themselves is refused."""
    with pytest.raises(Unsupported, match="match_frame"):
        (field("a") == 1).to_expr(make({"a": [1]}))


def test_a_column_named_like_our_own_steps():
    """Steps in between take names that no column has."""
    frame = pl.DataFrame({"test 0": [1], "test _0": [2], "a": [1]})
    rules = {"r": field("a") == 1, "q": (field("a") == 1) & (field("test 0") == 1)}
    assert match_frame(frame, rules=rules).to_dicts() == [{**frame.to_dicts()[0], "r": True, "q": True}]
    assert match_frame(duckdb.from_arrow(frame.to_arrow()), rules=rules).columns == [
        *frame.columns,
        "r",
        "q",
    ]


def test_nanoseconds_are_cut_in_rows_and_frames():
    """What lies below a microsecond does not count, before 1970 either."""
    for nanos in (1_500, -1_500, 999, -1):
        frame = pd.DataFrame({"a": pd.to_datetime([nanos], unit="ns", utc=True)})
        cut = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanos // 1000)
        assert (field("a") == cut).matches({"a": frame["a"][0]})
        assert match_frame(frame, rules={"r": field("a") == cut})["r"].tolist() == [True]


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize(
    "number", [2**53 + 1, 2**53 + 3, -(2**53) - 1, -(2**53) - 3, 2**62 + 1, 2**63 - 1, -(2**63)]
)
def test_floats_beside_whole_numbers_they_cannot_hold(op, number):
    """A whole number between two floats is compared with both exactly, alone, in lists and as bounds."""
    near = float(number)
    values = [near, math.nextafter(near, math.inf), math.nextafter(near, -math.inf), 0.0, math.nan, None]
    for rule in (
        parse_rule(f"a {op} {number}"),
        parse_rule(f"a in [{number}, 0]"),
        parse_rule(f"a not in [{number}, 0]"),
        parse_rule(f"a between {number} and 9223372036854775807"),
        parse_rule(f"a not between -9223372036854775808 and {number}"),
        parse_rule(f"not a {op} {number}"),
    ):
        assert holds(rule, pl.Series(values, dtype=pl.Float64)) == [
            rule.matches({"a": value}) for value in values
        ]


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize("number", [2.0**53, 2.0**53 + 2, 0.5, -0.5, 2.0**63, -(2.0**63), 1e300, -1e300])
def test_whole_numbers_beside_floats(op, number):
    """And the other way round: no float narrows a whole column."""
    values = [2**53 - 1, 2**53, 2**53 + 1, 2**53 + 2, 0, -1, 2**63 - 1, -(2**63), None]
    for rule in (
        parse_rule(f"a {op} {number!r}"),
        parse_rule(f"not a {op} {number!r}"),
        parse_rule(f"a in [{number!r}, 0]"),
    ):
        assert holds(rule, pl.Series(values, dtype=pl.Int64)) == [
            rule.matches({"a": value}) for value in values
        ]


@pytest.mark.parametrize(
    ("column", "ask", "said"),
    [
        (pl.Series([AT.replace(tzinfo=None)]), field("a") < AT, ["is Datetime(time_unit='us', time_zone=None); expected instant", "replace_time_zone"]),
        (pl.Series([Decimal("1.5")], dtype=pl.Decimal(10, 2)), field("a") > 1, ["is Decimal", "expected int or float; decimals", "Int64"]),
        (pl.Series([timedelta(1)]), field("a") > 1, ["is Duration(time_unit='us'); expected int or float; cast the column"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["polars", "polars lazy", "pyarrow"])
def test_columns_without_a_kind_are_told_by_their_dtype(kind, column, ask, said):
    """What the engine calls the column, and what would make it comparable: "other" is a word of ours."""
    frame = pl.DataFrame({"a": column})
    native = {"polars": frame, "polars lazy": frame.lazy(), "pyarrow": frame.to_arrow()}[kind]
    with pytest.raises(RuleTypeError) as caught:
        ask.filter_frame(native)
    assert "other" not in str(caught.value)
    for words in said:
        assert words in str(caught.value)
