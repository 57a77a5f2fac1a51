"""One meaning: a row, polars, DuckDB, and pandas and pyarrow through polars, on the edges where engines differ."""

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privdomain.rules import RuleSet, match_frame
from tests.rules.strategies import FIELDS, rows, rules

SCHEMA = {
    "id": pl.Int64,
    **{
        name: {
            "int": pl.Int64,
            "float": pl.Float64,
            "string": pl.String,
            "bool": pl.Boolean,
            "date": pl.Date,
        }.get(kind, pl.Datetime("us", "Asia/Shanghai"))
        for name, kind in FIELDS.items()
    },
}


def polars_frame(people):
    """The rows as polars, instants in Shanghai's zone."""
    columns = {"id": list(range(len(people))), **{name: [row[name] for row in people] for name in FIELDS}}
    moments = pl.Series("at", columns.pop("at"), dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(
        "Asia/Shanghai"
    )
    rest = {name: dtype for name, dtype in SCHEMA.items() if name != "at"}
    return pl.DataFrame(columns, schema=rest, strict=True).with_columns(moments).select(list(SCHEMA))


def pandas_numpy(people):
    """numpy's columns where they hold the values, objects where they do not."""
    frame = polars_frame(people).to_pandas(date_as_object=True)
    for name, kind in FIELDS.items():
        if kind == "int":
            frame[name] = pd.Series([row[name] for row in people], dtype="Int64")
    return frame.set_index(pd.Index([f"row {position}" for position in range(len(people))]))


def _duckdb(people):
    return duckdb.from_arrow(polars_frame(people).to_arrow())


ENGINES = {
    "polars": polars_frame,
    "polars lazy": lambda people: polars_frame(people).lazy(),
    "duckdb": _duckdb,
    "pandas numpy": pandas_numpy,
    "pandas arrow": lambda people: polars_frame(people).to_pandas(use_pyarrow_extension_array=True),
    "pyarrow": lambda people: polars_frame(people).to_arrow(),
}


def columns(native, names):
    """The columns as lists, in the order of ``id``."""
    frame = nw.from_native(native)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect("polars")
    frame = frame.sort("id")
    return {name: frame[name].to_list() for name in names}


many_rules = st.lists(rules, min_size=1, max_size=12)
many_rows = st.lists(rows, min_size=1, max_size=25)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(some=many_rules, people=many_rows)
def test_marks_equal_the_row_reading(engine, some, people):
    """match_frame gives every row what matches() gives it, on every engine."""
    named = {f"rule {position}": rule for position, rule in enumerate(some)}
    native = ENGINES[engine](people)

    marked = match_frame(native, rules=named)

    expected = {name: [rule.matches(row) for row in people] for name, rule in named.items()}
    assert columns(marked, named) == expected
    assert type(marked) is type(native)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=rules, people=many_rows)
def test_filters_equal_the_row_reading(engine, rule, people):
    """filter_frame keeps the rows that filter_rows keeps, on every engine."""
    native = ENGINES[engine](people)

    kept = rule.filter_frame(native)

    assert columns(kept, ["id"])["id"] == [place for place, row in enumerate(people) if rule.matches(row)]
    assert type(kept) is type(native)


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=rules, people=many_rows)
def test_expressions_equal_the_row_reading(engine, rule, people):
    """to_expr(frame) is the same reading for one's own narwhals plan, and is never null."""
    native = ENGINES[engine](people)

    marked = nw.from_native(native).with_columns(holds=rule.to_expr(native))

    assert columns(marked.to_native(), ["holds"])["holds"] == [rule.matches(row) for row in people]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(some=many_rules, people=many_rows)
def test_a_set_of_rules_equals_its_rules(some, people):
    """RuleSet.matching names exactly the rules that match one by one."""
    named = {f"rule {position}": rule for position, rule in enumerate(some)}
    together = RuleSet(named)

    for row in people:
        assert together.matching(row) == tuple(name for name, rule in named.items() if rule.matches(row))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=rules, people=many_rows)
def test_explanations_equal_matching(rule, people):
    """The interpreter behind explain() and the compiled function answer alike."""
    for row in people:
        assert rule.explain(row).matches is rule.matches(row)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=rules, row=rows, other=rows)
def test_what_did_not_decide_can_change(rule, row, other):
    """Changing only fields that explain() does not list leaves the answer as it was."""
    decided = {clause.field for clause in rule.explain(row).decided}

    changed = {name: row[name] if name in decided else other[name] for name in row}

    assert rule.matches(changed) is rule.matches(row)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(people=st.lists(rows, min_size=2, max_size=20), some=many_rules)
def test_whole_numbers_beside_nan_in_pandas(people, some):
    """pandas turns int columns with a hole into floats; a rule reads its rows and its frame alike."""
    frame = pd.DataFrame({"n": [float("nan"), *(float(row["n"] or 7) for row in people)]})
    named = {f"rule {position}": rule for position, rule in enumerate(some) if rule.fields == ("n",)}
    if not named:
        return

    marked = match_frame(frame, rules=named)

    records = frame.to_dict("records")
    assert marked[list(named)].to_dict("list") == {
        name: [rule.matches(row) for row in records] for name, rule in named.items()
    }
