"""Any dictionary as a report document: numbers become facts, lists of records tables, dictionaries sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from pydantic import ValidationError

from privdomain.errors import ArgumentError, Problem
from privdomain.insights.reports.document import (
    Cell,
    ColumnFormat,
    Fact,
    ReportDocument,
    Section,
    Table,
    TableColumn,
)

__all__ = ["read_any"]


def read_any(content: Mapping[str, Any], *, title: str) -> ReportDocument:
    """A document from what ``to_dict()`` gave: as it is when it is one, read by its shape otherwise.

    Raises:
        ArgumentError: for a dictionary that claims to be ``report/1`` and is not, with every bad path.
    """
    schema = content.get("schema")
    if isinstance(schema, str) and schema.startswith("report/") and schema != "report/1":
        raise ArgumentError(f"this release writes report/1, not {schema}")
    if schema == "report/1":
        try:
            return ReportDocument.model_validate(content)
        except ValidationError as error:
            problems = [
                Problem(".".join(map(str, found["loc"])), found["msg"])
                for found in error.errors(include_url=False, include_input=False, include_context=False)
            ]
            raise ArgumentError("this report/1 document is not one", problems=problems) from None
    sections = tuple(_sections(content, title))
    if not sections:
        raise ArgumentError(f"{title}: there is nothing to report in an empty dictionary")
    return ReportDocument(title=title, sections=sections)


def _sections(content: Mapping[str, Any], title: str) -> list[Section]:
    facts: list[Fact] = []
    tables: list[Table] = []
    nested: list[Section] = []
    for name, value in content.items():
        if isinstance(value, Mapping):
            nested += _sections(cast("Mapping[str, Any]", value), _words(name))
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            tables.append(_table(_words(name), _listed(value)))
        else:
            facts.append(Fact(label=_words(name), value=_cell(value), format=_format([value])))
    own = [Section(title=title, facts=tuple(facts), tables=tuple(tables))] if facts or tables else []
    return own + nested


def _table(title: str, items: list[Any]) -> Table:
    if items and all(isinstance(item, Mapping) for item in items):
        names = list(dict.fromkeys(str(name) for item in items for name in item))
        rows = [tuple(_cell(item.get(name)) for name in names) for item in items]
        columns = [
            TableColumn(title=_words(name), format=_format([row[place] for row in rows]))
            for place, name in enumerate(names)
        ]
        return Table(title=title, columns=tuple(columns), rows=tuple(rows))
    rows = [(_cell(item),) for item in items]
    return Table(title=title, columns=(TableColumn(title=title, format=_format(items)),), rows=tuple(rows))


def _listed(value: Any) -> list[Any]:
    return list(value)


def _words(name: object) -> str:
    return str(name).replace("_", " ")


def _cell(value: object) -> Cell:
    return value if value is None or isinstance(value, str | int | float | date | datetime) else str(value)


def _format(values: Sequence[object]) -> ColumnFormat:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        whole = all(isinstance(value, int) for value in known)
        return ColumnFormat.COUNT if whole else ColumnFormat.NUMBER
    return ColumnFormat.TEXT
