"""Which engine runs a plan, and that every kind of frame comes back as what it was."""

from datetime import UTC, date, datetime

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from privdomain.errors import ArgumentError, FrameError
from privdomain.frames._engines import add_columns, columns_of, keep_rows, make, run
from privdomain.frames.schema import kinds

COLUMNS = {
    "id": [2**53 + 1, 2, None],
    "flag": [True, None, False],
    "day": [date(2026, 11, 11), None, date(2026, 11, 12)],
    "at": [datetime(2026, 11, 11, tzinfo=UTC), None, datetime(2026, 11, 12, tzinfo=UTC)],
    "city": ["上海", None, ""],
    "count": [1, 2, 3],
    "share": [0.5, None, 1.5],
}
TABLE = pl.DataFrame(COLUMNS, schema_overrides={"at": pl.Datetime("us", "UTC")})
EAGER = ["polars", "pandas", "pyarrow"]
TYPES = {"polars": pl.DataFrame, "pandas": pd.DataFrame, "pyarrow": pa.Table}


def eager(backend):
    return make(TABLE.to_dict(), backend=backend)


def big(frame):
    return frame.with_columns(big=nw.col("id") > 2)


@pytest.mark.parametrize("backend", EAGER)
def test_made_frames_keep_every_kind(backend):
    """Integers beside null stay exact, truth values and dates stay what they are: also in pandas."""
    frame = eager(backend)

    assert isinstance(frame, TYPES[backend])
    assert kinds(frame) == kinds(TABLE)
    assert_frame_equal(nw.from_native(frame).to_polars(), TABLE, check_dtypes=False)


@pytest.mark.parametrize("backend", EAGER)
def test_eager_frames_come_back_as_they_were(backend):
    """A plan runs on polars and its result is the kind of frame that was given, values unharmed."""
    result = run(eager(backend), lambda frame: frame.with_columns(more=nw.col("id") + 1).drop("city"))

    assert isinstance(result, TYPES[backend])
    assert nw.from_native(result)["more"].to_list()[:2] == [2**53 + 2, 3]
    assert kinds(result) == {
        **{name: kind for name, kind in kinds(TABLE).items() if name != "city"},
        "more": "int",
    }


@pytest.mark.parametrize("backend", EAGER)
def test_the_plan_meets_polars(backend):
    """Whatever the eager frame is, its plan sees a lazy polars frame."""
    seen = []

    def look(frame):
        seen.append(frame.implementation)
        return frame

    run(eager(backend), look)
    add_columns(eager(backend), look, reads=["id"])
    assert seen == [nw.Implementation.POLARS] * 2


def test_lazy_frames_stay_with_their_engine():
    """polars lazy stays lazy, DuckDB stays a relation: nothing is collected."""
    relation = duckdb.from_arrow(TABLE.to_arrow())
    for native in (TABLE.lazy(), relation):
        assert type(run(native, big)) is type(native)
        assert type(add_columns(native, big, reads=["id"])) is type(native)
        assert type(keep_rows(native, lambda _: nw.col("id") > 2, reads=["id"])) is type(native)
        assert columns_of(native) == list(COLUMNS)


@pytest.mark.parametrize("backend", EAGER)
def test_added_columns_leave_the_rest_untouched(backend):
    """Only the columns that are read are converted; the frame's own stay the very same."""
    frame = eager(backend)

    result = add_columns(frame, big, reads=["id", "not there"])

    assert isinstance(result, TYPES[backend])
    assert nw.from_native(result)["big"].to_list()[:2] == [True, False]
    assert columns_of(result) == [*COLUMNS, "big"]


def test_a_pandas_index_and_objects_survive():
    """An index with its name, objects no engine could hold, and the order of rows."""
    frame = pd.DataFrame(
        {"id": [3, 1, 2], "thing": [object(), [1], {"a": 1}]}, index=pd.Index(["x", "y", "y"], name="key")
    )

    marked = add_columns(frame, big, reads=["id"])
    kept = keep_rows(frame, lambda _: nw.col("id") > 1, reads=["id"])

    pd.testing.assert_frame_equal(marked, frame.assign(big=[True, False, False]))
    pd.testing.assert_frame_equal(kept, frame.iloc[[0, 2]])


@pytest.mark.parametrize("backend", EAGER)
def test_kept_rows_are_those_that_are_true(backend):
    """Null is not true."""
    kept = keep_rows(eager(backend), lambda _: nw.col("id") > 2, reads=["id"])
    assert nw.from_native(kept)["id"].to_list() == [2**53 + 1]


def test_empty_frames():
    """No rows are no problem for any kind of frame."""
    for backend in EAGER:
        frame = make(TABLE.head(0).to_dict(), backend=backend)
        assert len(nw.from_native(add_columns(frame, big, reads=["id"]))) == 0
        assert len(nw.from_native(keep_rows(frame, lambda _: nw.col("id") > 2, reads=["id"]))) == 0


def test_columns_of_several_kinds_are_named_without_their_values():
    """pyarrow's own message quotes the value that did not fit; ours names the column."""
    frame = pd.DataFrame({"good": [1, 2], "phone": [1, "13800000000"]})
    with pytest.raises(FrameError, match="phone: holds values of several kinds") as caught:
        run(frame, lambda plan: plan)
    assert "138" not in str(caught.value)
    assert [problem.path for problem in caught.value.problems] == ["phone"]


def test_pandas_objects_in_which_nothing_stands():
    """A column of None only has no kind: it is not called text."""
    frame = pd.DataFrame({"nothing": [None, None], "text": ["a", None]})
    seen = {}

    def look(plan):
        seen.update(plan.collect_schema())
        return plan

    run(frame, look)
    assert isinstance(seen["nothing"], nw.Unknown)
    assert isinstance(seen["text"], nw.String)


@pytest.mark.parametrize("native", [None, 5, [1], {"a": [1]}, pl.Series([1])])
def test_what_is_no_frame(native):
    """The type is named, and what would be right."""
    with pytest.raises(FrameError, match="is not a frame; pass polars, pandas, pyarrow, DuckDB or Spark"):
        run(native, lambda plan: plan)


def test_unknown_backends_are_refused():
    """The backends that can be made are listed."""
    with pytest.raises(ArgumentError, match="'polars', 'pandas', 'pyarrow'"):
        make({"a": [1]}, backend="dask")
