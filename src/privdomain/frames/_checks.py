"""What is wrong in the rows of a frame whose columns are right: counted, not fetched.

Each check is ones and noughts that are summed, so that one pass over the frame counts them all on any engine;
duplicates need a second one. Only the counts leave the engine.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from privdomain.errors import ArgumentError
from privdomain.frames.schema import Column, Kind, Schema, kinds

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

    from privdomain.calendar import Zone

__all__ = ["RowCheck", "RowFinding", "check_rows"]


class RowCheck(StrEnum):
    """What can be wrong with a row."""

    MISSING = "missing"
    TOO_SMALL = "too_small"
    IN_FUTURE = "in_future"
    REPEATED_KEY = "repeated_key"


@frozen
class RowFinding:
    """How many rows fail one check. For ``REPEATED_KEY`` the first of equal rows is not counted."""

    check: RowCheck
    column: str
    rows: int
    expected: str

    def __str__(self) -> str:
        noun = "row" if self.rows == 1 else "rows"
        return f"{self.column}: {self.rows} {noun} {self.check}; expected {self.expected}"


def check_rows(
    native: Any, schema: Schema, *, as_of: datetime | None = None, zone: Zone = "Asia/Shanghai"
) -> tuple[RowFinding, ...]:
    """Count the rows that the schema forbids: empty cells, values too small, repeated keys, the future.

    Works on every engine; on a lazy frame it runs two queries and fetches their counts. The future is what lies
    after ``as_of``, for local days after its date in ``zone``; without ``as_of`` it is not looked for.

    ```python
    import polars as pl
    from privdomain.frames import Column, Kind, Schema, check_rows

    sku, units = Column("sku_id", Kind.STRING, "SKU"), Column("units", Kind.INT, "units", minimum=0)
    schema = Schema("stock", (sku, units), key=("sku_id",))
    found = check_rows(pl.DataFrame({"sku_id": ["a", "a", None], "units": [1, -1, 2]}), schema)
    assert [(finding.check, finding.column, finding.rows) for finding in found] == [
        ("missing", "sku_id", 1), ("too_small", "units", 1), ("repeated_key", "sku_id", 1),
    ]
    ```

    Raises:
        FrameError: when columns are missing or of another kind; that is asked first.
        ArgumentError: for a naive ``as_of``.
    """
    import narwhals.stable.v2 as nw  # noqa: PLC0415  (schemas are read where narwhals must not load)

    if as_of is not None and as_of.utcoffset() is None:
        raise ArgumentError(f"as_of {as_of.isoformat()} is naive; say the zone")
    found = kinds(native)
    schema.check_kinds(found, native=native)
    lazy = _lazily(native)
    asked = [
        (finding, condition)
        for column in schema
        if column.name in found
        for finding, condition in _conditions(column, as_of=as_of, zone=zone)
    ]
    names = [f"check_{number}" for number in range(len(asked))]
    sums = [_count(condition, name) for name, (_, condition) in zip(names, asked, strict=True)]
    counts = _counts(lazy.select(*sums)) if asked else {}
    findings = [_counted(finding, counts.get(name)) for name, (finding, _) in zip(names, asked, strict=True)]
    if schema.key:
        repeated = RowFinding(RowCheck.REPEATED_KEY, ", ".join(schema.key), 0, "each key once")
        size = nw.len().alias("check_size")
        sizes = lazy.group_by(*schema.key).agg(size).with_columns(nw.col("check_size").cast(nw.Int64) - 1)
        findings.append(
            _counted(repeated, _counts(sizes.select(nw.col("check_size").sum())).get("check_size"))
        )
    return tuple(finding for finding in findings if finding.rows)


def _lazily(native: Any) -> nw.LazyFrame[Any]:
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    frame = cast("nw.DataFrame[Any] | nw.LazyFrame[Any]", nw.from_native(native))
    if isinstance(frame, nw.LazyFrame):
        return frame
    lazy: nw.LazyFrame[Any] = nw.from_native(frame.to_polars().lazy())
    return lazy


def _conditions(column: Column, *, as_of: datetime | None, zone: Zone) -> list[tuple[RowFinding, nw.Expr]]:
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    from privdomain.calendar import local_date  # noqa: PLC0415  (only a question about days needs it)

    name, cell = column.name, nw.col(column.name)
    asked: list[tuple[RowFinding, nw.Expr]] = []
    if not column.nullable:
        empty = cell.is_null() | cell.is_nan() if column.kind is Kind.FLOAT else cell.is_null()
        asked.append((RowFinding(RowCheck.MISSING, name, 0, f"{column.kind} ({column.doc})"), empty))
    if column.minimum is not None:
        small = RowFinding(RowCheck.TOO_SMALL, name, 0, f"{column.minimum} or more")
        asked.append((small, cell < column.minimum))
    if as_of is not None and not column.may_be_future and column.kind in (Kind.INSTANT, Kind.DATE):
        latest = as_of if column.kind is Kind.INSTANT else local_date(as_of, zone=zone)
        late = RowFinding(RowCheck.IN_FUTURE, name, 0, f"nothing after {latest.isoformat()}")
        asked.append((late, cell > nw.lit(latest)))
    return asked


def _count(condition: nw.Expr, name: str) -> nw.Expr:
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).sum().alias(name)


def _counts(row: nw.LazyFrame[Any]) -> dict[str, Any]:
    return row.collect(backend="polars").rows(named=True)[0]


def _counted(finding: RowFinding, rows: Any) -> RowFinding:
    # the sum over no rows is nothing, not nought, on a database
    return RowFinding(finding.check, finding.column, int(rows or 0), finding.expected)
