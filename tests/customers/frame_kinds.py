"""A frame as every kind of frame, and back to plain rows."""

from datetime import UTC, datetime

import duckdb
import narwhals.stable.v2 as nw

_OPEN = []
EAGER = ("polars", "pandas", "pyarrow")
LAZY = ("polars lazy", "duckdb")


def as_kind(frame, kind):
    """The polars frame as another kind of frame."""
    opened = nw.from_native(frame)
    match kind:
        case "polars":
            return frame
        case "pandas":
            return opened.to_pandas()
        case "pyarrow":
            return opened.to_arrow()
        case "polars lazy":
            return frame.lazy()
        case "duckdb":
            connection = duckdb.connect()
            _OPEN.append(connection)  # a relation of older DuckDB does not keep its connection open
            connection.execute("SET TimeZone = 'America/New_York'")  # the session's zone must not matter
            return connection.from_arrow(frame.to_arrow())
        case _:
            raise AssertionError(kind)


def rows_of(frame):
    """Any frame's rows as dicts of plain values; missing is None, instants are UTC."""
    opened = nw.from_native(frame)
    eager = opened.collect() if isinstance(opened, nw.LazyFrame) else opened
    return [{name: _plain(value) for name, value in row.items()} for row in eager.to_polars().to_dicts()]


def _plain(value):
    if isinstance(value, float) and value != value:
        return None
    return value.astimezone(UTC) if isinstance(value, datetime) else value
