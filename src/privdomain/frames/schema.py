"""What a frame of facts looks like: columns with a kind and a unit, checked all at once.

Kinds, not dtypes, are checked: any integer width is an int, a String, Categorical or Enum is a string, a
timestamp must carry a zone. The same schemas describe the store's tables and the page in the docs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen

from privdomain.errors import ArgumentError, FrameError, Problem, nearest

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

__all__ = ["Column", "Kind", "Schema", "kind_of", "kinds"]


class Kind(StrEnum):
    """What a column holds, whatever engine holds it. ``OTHER`` is what no documented column may be."""

    STRING = "string"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    DATE = "date"
    INSTANT = "instant"
    OTHER = "other"


def kind_of(dtype: nw.dtypes.DType) -> Kind:
    """The kind of a narwhals dtype; a timestamp without a zone is ``OTHER``, for it names no moment."""
    import narwhals.stable.v2 as nw  # noqa: PLC0415  (schemas are read where narwhals must not load)

    if isinstance(dtype, nw.Datetime):
        return Kind.INSTANT if dtype.time_zone else Kind.OTHER
    for kind, holds in (
        (Kind.INT, dtype.is_integer()),
        (Kind.FLOAT, dtype.is_float()),
        (Kind.STRING, isinstance(dtype, nw.String | nw.Categorical | nw.Enum)),
        (Kind.BOOL, isinstance(dtype, nw.Boolean)),
        (Kind.DATE, isinstance(dtype, nw.Date)),
    ):
        if holds:
            return kind
    return Kind.OTHER


def kinds(native: Any) -> dict[str, Kind]:
    """The kind of every column of a frame of any engine; nothing is computed.

    ```python
    import polars as pl
    from privdomain.frames.schema import Kind, kinds

    assert kinds(pl.DataFrame({"n": [1], "city": ["上海"]})) == {"n": Kind.INT, "city": Kind.STRING}
    ```

    Raises:
        FrameError: when ``native`` is no frame.
    """
    return {name: _kind(native, name, dtype) for name, dtype in _dtypes(native).items()}


def _dtypes(native: Any) -> Mapping[str, nw.dtypes.DType]:
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    try:
        return cast("nw.DataFrame[Any] | nw.LazyFrame[Any]", nw.from_native(native)).collect_schema()
    except TypeError:
        raise FrameError(
            f"{type(native).__name__} is not a frame; pass polars, pandas, pyarrow, DuckDB or Spark"
        ) from None


def _kind(native: Any, name: str, dtype: nw.dtypes.DType) -> Kind:
    """As `kind_of`; a pandas column of day objects, which ``.dt.date`` gives, holds days."""
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    if isinstance(dtype, nw.Object) and _engine(native) == "pandas":
        cells = list(native[name].dropna())
        if cells and all(type(cell) is date for cell in cells):
            return Kind.DATE
    return kind_of(dtype)


def _engine(native: Any) -> str:
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    frame = cast("nw.DataFrame[Any] | nw.LazyFrame[Any]", nw.from_native(native))
    return str(frame.implementation.value)


def _own_dtype(native: Any, name: str, dtype: nw.dtypes.DType) -> str:
    """What the frame's own engine calls the type of a column."""
    match _engine(native):
        case "pandas":
            own = native[name].dtype
        case "pyarrow":
            own = native.schema.field(name).type
        case "polars":
            own = native.collect_schema()[name]
        case "duckdb":
            own = native.dtypes[native.columns.index(name)]
        case _:
            own = dtype
    return str(own)


def _way_out(column: Column, dtype: nw.dtypes.DType) -> str:
    """How a column of this type becomes what the schema asks for; empty where there is no one way."""
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    way = ""
    if isinstance(dtype, nw.Datetime) and column.kind is Kind.INSTANT:
        way = (
            'a time without a zone names no moment: say the zone, .dt.replace_time_zone("Asia/Shanghai"), '
            'in pandas .dt.tz_localize("Asia/Shanghai")'
        )
    elif isinstance(dtype, nw.Datetime) and column.kind is Kind.DATE:
        way = "a time is no day: take .dt.date() of it in the business zone, in pandas .dt.date"
    elif isinstance(dtype, nw.Decimal | nw.Float32 | nw.Float64) and column.name.endswith("_minor"):
        way = "count whole minor units: 12.30 yuan are 1230, round(amount * 100) cast to a 64-bit integer"
    elif isinstance(dtype, nw.Decimal) and column.kind is Kind.INT:
        way = "cast to a 64-bit integer"
    elif isinstance(dtype, nw.Object):
        way = f"cells of several kinds, or none that engines know: make all of them {column.kind}"
    elif isinstance(dtype, nw.Unknown):
        way = f"nothing says what it holds: cast to {column.kind}"
    return way


@frozen
class Column:
    """One column: its kind, what it means, its unit in words, and what its values keep to.

    ``required``: the frame must have the column. ``nullable``: a row may leave it empty. ``minimum``: no value
    is smaller. ``may_be_future``: a value may lie after the moment of looking (a plan's end, an expiry).
    """

    name: str
    kind: Kind
    doc: str
    unit: str = ""
    required: bool = field(default=True, kw_only=True)
    nullable: bool = field(default=False, kw_only=True)
    minimum: int | None = field(default=None, kw_only=True)
    may_be_future: bool = field(default=False, kw_only=True)


def _wrong(column: Column, kind: Kind, native: Any, dtype: nw.dtypes.DType | None) -> Problem:
    expected = f"{column.kind} ({column.doc})"
    if dtype is None:
        return Problem(column.name, f"is {kind}", expected)
    own = _own_dtype(native, column.name, dtype)
    way = _way_out(column, dtype)
    return Problem(
        column.name,
        f"is {own}" if kind is Kind.OTHER else f"is {kind}",
        f"{expected}; {way}" if way else expected,
    )


@frozen
class Schema:
    """A named set of columns. More columns than these may stand in a frame; they are carried along.

    ``key`` names the columns that together identify a row.

    ```python
    import polars as pl
    from privdomain.frames.schema import Column, Kind, Schema

    schema = Schema("spend", (Column("customer_id", Kind.STRING, "ours"), Column("paid_minor", Kind.INT, "paid")))
    schema.check(pl.DataFrame({"customer_id": ["c1"], "paid_minor": [100]}))
    ```
    """

    name: str
    columns: tuple[Column, ...]
    doc: str = ""
    key: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        twice = {name for name in self.names if self.names.count(name) > 1}
        if twice:
            raise ArgumentError(f"{self.name} names a column twice: {', '.join(sorted(twice))}")
        for name in self.key:
            self[name]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        hint = nearest(name, self.names)
        raise ArgumentError(
            f"{self.name} has no column {name!r}" + (f"; did you mean {hint!r}?" if hint else "")
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def only(self, *names: str) -> Schema:
        """The same schema with these columns alone: what a function that needs no others asks for.

        Raises:
            ArgumentError: for a column the schema does not have, with the nearest one.
        """
        return Schema(self.name, tuple(self[name] for name in names), doc=self.doc)

    def to_markdown(self) -> str:
        """The columns as a table for a page: what the docs show is made by this.

        ```python
        from privdomain.frames import Column, Kind, Schema

        schema = Schema("spend", (Column("paid_minor", Kind.INT, "what was paid", "minor", nullable=True),))
        assert schema.to_markdown().splitlines()[2] == "| `paid_minor` | int, may be null | minor | what was paid |"
        ```
        """
        rows = ["| column | kind | unit | meaning |", "|---|---|---|---|"]
        for column in self.columns:
            kind = column.kind + (", may be null" if column.nullable else "")
            kind += "" if column.required else ", may be absent"
            rows.append(f"| `{column.name}` | {kind} | {column.unit} | {column.doc} |")
        return "\n".join(rows) + "\n"

    def check(self, native: Any) -> None:
        """Compare a frame's columns with the schema; every wrong or missing column is named at once.

        Raises:
            FrameError: with one `Problem` per column, and the nearest existing name for a missing one.
        """
        self.check_kinds(kinds(native), native=native)

    def check_kinds(self, found: Mapping[str, Kind], *, native: Any = None) -> None:
        """As `check`, for kinds that are already known; of ``native`` the engine's own types are named."""
        problems: list[Problem] = []
        dtypes: Mapping[str, nw.dtypes.DType] = {} if native is None else _dtypes(native)
        spare = [name for name in found if name not in self.names]
        for column in self.columns:
            kind = found.get(column.name)
            if kind is None:
                if column.required:
                    hint = nearest(column.name, spare)
                    like = f", did you mean {hint!r}?" if hint else ""
                    problems.append(Problem(column.name, f"({column.kind}) is missing{like}", column.doc))
            elif kind is not column.kind:
                problems.append(_wrong(column, kind, native, dtypes.get(column.name)))
        if problems:
            raise FrameError(f"the frame is not {self.name}; it has {', '.join(found)}", problems=problems)
