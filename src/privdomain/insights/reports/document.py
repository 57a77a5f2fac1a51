"""What a report says, before anything is drawn: facts, tables and charts as plain data.

A result's ``to_dict()`` may be such a document (``"schema": "report/1"``); any other dictionary is read into one
by `read_any`. The page and the charts know only this form.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from pydantic import Field, ValidationInfo, field_validator, model_validator

from privdomain.models import Model

__all__ = [
    "Cell",
    "Chart",
    "ChartKind",
    "ColumnFormat",
    "Fact",
    "Language",
    "ReportDocument",
    "Section",
    "Table",
    "TableColumn",
]

Cell: TypeAlias = str | int | float | bool | date | datetime | None

Language: TypeAlias = Literal["zh", "en"]
"""The languages a page is written in."""


class ColumnFormat(StrEnum):
    """How a column's cells are written. ``MONEY`` cells are minor units of the column's currency."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    NUMBER = "number"
    DAY = "day"


class TableColumn(Model):
    """One column of a table: its heading and how its cells are written."""

    title: str
    format: ColumnFormat = ColumnFormat.TEXT
    currency: str = ""

    @model_validator(mode="after")
    def _money_has_a_currency(self) -> TableColumn:
        _check_currency(self.format, self.currency)
        return self


def _check_currency(written: ColumnFormat, currency: str) -> None:
    if (written is ColumnFormat.MONEY) != bool(currency):
        raise ValueError("money has a currency, and only money has one")


def _check_minor(cell: Cell, written: ColumnFormat, where: str) -> None:
    # a float here has usually been made of minor units by a frame with gaps; guessing would be wrong by 100
    if (
        written is ColumnFormat.MONEY
        and cell is not None
        and (isinstance(cell, bool) or not isinstance(cell, int))
    ):
        raise ValueError(
            f"{where} is a {type(cell).__name__}; money is a whole number of minor units, or None"
        )


class Table(Model):
    """Rows under headings."""

    title: str = ""
    columns: tuple[TableColumn, ...] = Field(min_length=1)
    rows: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""

    @field_validator("rows")
    @classmethod
    def _rows_fit(
        cls, rows: tuple[tuple[Cell, ...], ...], info: ValidationInfo
    ) -> tuple[tuple[Cell, ...], ...]:
        columns: tuple[TableColumn, ...] | None = info.data.get("columns")
        if columns is None:  # they are wrong themselves, which is said elsewhere
            return rows
        for number, row in enumerate(rows):
            if len(row) != len(columns):
                raise ValueError(f"row {number} has {len(row)} cells under {len(columns)} headings")
            for column, cell in zip(columns, row, strict=True):
                _check_minor(cell, column.format, f"row {number}, {column.title!r},")
        return rows


class ChartKind(StrEnum):
    """The pictures a report can hold."""

    BARS = "bars"
    """Horizontal bars, one per label, longest name readable."""
    LINE = "line"
    """A value over days or months."""
    GRID = "grid"
    """A shaded table: a value for each pair of labels."""


class Chart(Model):
    """One picture and the numbers it is drawn from; the page also gives them as a table for screen readers.

    ``points`` are (label, value) for bars and line (an ISO date as the label of a line), and
    (column label, row label, value) for a grid. ``unit`` stands on the axis; money is given in main units.
    """

    title: str
    kind: ChartKind
    points: tuple[tuple[str, float] | tuple[str, str, float], ...] = Field(min_length=1)
    unit: str = ""
    x_title: str = ""
    y_title: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _points_fit(self) -> Chart:
        wanted = 3 if self.kind is ChartKind.GRID else 2
        if any(len(point) != wanted for point in self.points):
            raise ValueError(f"points of a {self.kind} chart have {wanted} parts")
        if self.kind is ChartKind.LINE:
            for label, *_ in self.points:
                date.fromisoformat(label)  # a label that is no date would be left out of the drawing
        return self


class Fact(Model):
    """One number in large type, with what it is."""

    label: str
    value: Cell
    format: ColumnFormat = ColumnFormat.TEXT
    currency: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _money_is_money(self) -> Fact:
        _check_currency(self.format, self.currency)
        _check_minor(self.value, self.format, repr(self.label))
        return self


class Section(Model):
    """A part of the page under one heading."""

    title: str
    text: str = ""
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


class ReportDocument(Model):
    """A whole report."""

    schema_: Literal["report/1"] = Field(default="report/1", alias="schema")
    title: str
    subtitle: str = ""
    sections: tuple[Section, ...]
