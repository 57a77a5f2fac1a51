"""What a report may say, and what it refuses."""

import pytest
from pydantic import ValidationError

from privdomain.errors import ArgumentError
from privdomain.insights.reports import (
    Chart,
    ChartKind,
    ColumnFormat,
    Fact,
    ReportDocument,
    Section,
    Table,
    TableColumn,
)
from privdomain.insights.reports.generic import read_any


def test_a_document_is_taken_as_it_is():
    """``to_dict()`` of a document reads back as the same document."""
    table = Table(
        columns=(TableColumn(title="城市"), TableColumn(title="订单", format="count")), rows=(("上海", 2),)
    )
    document = ReportDocument(title="周报", sections=(Section(title="订单", tables=(table,)),))

    assert document == read_any(document.model_dump(mode="json", by_alias=True), title="other")


def test_a_false_document_names_every_bad_path():
    """A dictionary that claims to be a report and is not is refused with each bad place."""
    with pytest.raises(ArgumentError) as refused:
        read_any({"schema": "report/1", "title": 1, "sections": [{"titel": "x"}]}, title="x")

    paths = [problem.path for problem in refused.value.problems]

    assert paths == ["title", "sections.0.title", "sections.0.titel"]


def test_any_dictionary_becomes_sections():
    """Scalars are facts, lists of records tables with the union of their keys, dictionaries sections."""
    document = read_any(
        {
            "orders": 3,
            "share": 0.5,
            "cities": [{"city": "上海"}, {"orders": 1}],
            "people": {"new": 2},
            "days": [1, 2],
        },
        title="销售",
    )

    first, second = document.sections
    assert [(fact.label, fact.value, fact.format) for fact in first.facts] == [
        ("orders", 3, ColumnFormat.COUNT),
        ("share", 0.5, ColumnFormat.NUMBER),
    ]
    assert [column.title for column in first.tables[0].columns] == ["city", "orders"]
    assert first.tables[0].rows == (("上海", None), (None, 1))
    assert first.tables[1].rows == ((1,), (2,))
    assert (second.title, second.facts[0].value) == ("people", 2)


def test_nothing_is_no_report():
    """An empty dictionary is an error, not an empty page."""
    with pytest.raises(ArgumentError, match="nothing to report"):
        read_any({}, title="x")


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (
            lambda: Table(columns=(TableColumn(title="a"),), rows=((1, 2),)),
            "row 0 has 2 cells under 1 headings",
        ),
        (lambda: TableColumn(title="a", format="money"), "money has a currency"),
        (lambda: TableColumn(title="a", currency="CNY"), "money has a currency"),
        (lambda: Chart(title="a", kind=ChartKind.GRID, points=(("x", 1.0),)), "have 3 parts"),
        (lambda: Chart(title="a", kind=ChartKind.BARS, points=()), "at least 1 item"),
        (lambda: Chart(title="a", kind=ChartKind.LINE, points=(("May", 1.0),)), "Invalid isoformat"),
        (lambda: Fact(label="a", value=1, format="money"), "money has a currency"),
        (
            lambda: Fact(label="a", value=1.0, format="money", currency="CNY"),
            "'a' is a float; money is a whole number",
        ),
        (
            lambda: Table(
                columns=(TableColumn(title="paid", format="money", currency="CNY"),), rows=((1,), (2.0,))
            ),
            "row 1, 'paid', is a float; money is a whole number of minor units",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused(made, message):
    """A table or chart that would come out wrong does not come into being."""
    with pytest.raises(ValidationError, match=message):
        made()
