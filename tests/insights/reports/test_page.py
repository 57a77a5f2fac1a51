"""The page: self-contained, safe with any text, the same numbers with and without charts."""

import json
import math
import re
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

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
    chart_svg,
    write_report,
)

NASTY = '</script><script>alert(1)</script><img src="https://example.invalid/x.png">'


class Result:
    def __init__(self, document: ReportDocument) -> None:
        self.document = document

    def to_dict(self) -> dict[str, object]:
        return self.document.model_dump(by_alias=True)


def report(*, label: str = "重要价值客户") -> Result:
    money = TableColumn(title="消费", format=ColumnFormat.MONEY, currency="CNY")
    share = TableColumn(title="占比", format=ColumnFormat.SHARE)
    table = Table(
        title="客户分层",
        columns=(TableColumn(title="分层"), money, share),
        rows=((label, 123_456_789, 0.25), ("一般", None, 0.0)),
    )
    charts = (
        Chart(title="各层人数", kind=ChartKind.BARS, points=((label, 3.0), ("一般", 1.0)), unit="人"),
        Chart(
            title="月销售", kind=ChartKind.LINE, points=(("2026-01-01", 1.0), ("2026-02-01", 2.0)), unit="元"
        ),
        Chart(
            title="R × F",
            kind=ChartKind.GRID,
            points=(("1", "1", 4.0), ("2", "1", 5.0)),
            x_title="F",
            y_title="R",
        ),
    )
    fact = Fact(label="客户", value=4, format=ColumnFormat.COUNT)
    section = Section(title="概览", text="两段文字", facts=(fact,), tables=(table,), charts=charts)
    return Result(ReportDocument(title="客户概览", sections=(section,)))


def test_numbers_are_written_for_people(tmp_path):
    """Minor units appear as yuan with separators, shares in percent, a missing value as a dash."""
    page = write_report(report(), tmp_path / "r.html").read_text(encoding="utf-8")

    for shown in ("¥1,234,567.89", "25.0%", "–", "重要价值客户", '<html lang="zh-CN">'):
        assert shown in page


def test_other_cells(tmp_path):
    """Days, moments, truth values and other currencies have one way of being written each."""
    columns = (
        TableColumn(title="day", format="day"),
        TableColumn(title="at"),
        TableColumn(title="ok"),
        TableColumn(title="paid", format="money", currency="JPY"),
        TableColumn(title="x", format="number"),
    )
    row = (date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, tzinfo=UTC), True, 1500, 2.5)
    section = Section(title="s", tables=(Table(columns=columns, rows=(row,)),))
    page = write_report(
        Result(ReportDocument(title="t", sections=(section,))), tmp_path / "r.html", language="en"
    ).read_text(encoding="utf-8")

    cells = re.findall(r"<td[^>]*>([^<]*)</td>", page)

    assert cells == ["2026-01-02", "2026-01-02 03:04", "yes", "JPY 1,500", "2.50"]


def test_no_text_of_a_report_becomes_markup(tmp_path):
    """A label with tags in it is shown, not run: nothing of it stands unescaped outside the data blocks."""
    page = write_report(report(label=NASTY), tmp_path / "r.html", title=NASTY).read_text(encoding="utf-8")

    assert NASTY not in page
    blocks = re.findall(r'<script type="application/json" id="spec-0">(.*?)</script>', page, re.DOTALL)
    assert json.loads(blocks[0])["data"]["values"][0]["x"] == NASTY


def test_the_page_asks_for_nothing_outside(tmp_path):
    """No link, source or import points to a host, and the content policy forbids what a script might try."""
    page = write_report(report(), tmp_path / "r.html").read_text(encoding="utf-8")

    assert not re.search(r"""(src|href)=["'](https?:)?//""", page)
    assert "default-src 'none'" in page
    assert len(page) < 2_000_000


def test_without_the_extra_the_numbers_are_tables(tmp_path):
    """A process that cannot import altair writes the same numbers as tables and says what is missing."""
    script = (
        "import sys\n"
        "sys.modules['altair'] = sys.modules['vl_convert'] = None\n"
        "from privdomain.insights.reports import *\n"
        "from privdomain.errors import MissingExtra\n"
        "chart = Chart(title='c', kind=ChartKind.BARS, points=(('上海', 7.5),))\n"
        "document = ReportDocument(title='t', sections=(Section(title='s', charts=(chart,)),))\n"
        "class R:\n"
        "    def to_dict(self): return document.model_dump(by_alias=True)\n"
        "print(write_report(R(), sys.argv[1]).read_text(encoding='utf-8'))\n"
        "try: chart_svg(chart)\n"
        "except MissingExtra as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script, str(tmp_path / "r.html")],
        capture_output=True, text=True, encoding="utf-8", check=True, env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip

    assert "7.50" in done.stdout
    assert "pip install &#x27;privdomain[report]&#x27;" in done.stdout
    assert "vegaEmbed" not in done.stdout
    assert "pip install 'privdomain[report]'" in done.stdout


def test_a_language_it_does_not_write_is_refused(tmp_path):
    """Only the two languages exist."""
    with pytest.raises(ArgumentError, match='"zh" or "en"'):
        write_report(report(), tmp_path / "r.html", language="fr")


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_each_chart_is_also_one_picture(kind):
    """The SVG of a chart carries its Chinese labels as text."""
    chart = report().document.sections[0].charts[kind]

    drawn = chart_svg(chart, width=400)

    assert drawn.startswith("<svg")
    assert (chart.x_title or chart.unit) in drawn


class Content:
    def __init__(self, content) -> None:
        self.content = content

    def to_dict(self):
        return self.content


def page_of(tmp_path, result) -> str:
    return write_report(result, tmp_path / "r.html", title="t", language="en").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (math.nan, "–"), (math.inf, "∞"), (-math.inf, "−∞"), (0.004, "0.004"), (0.00049, "0.00049"),
        (-0.001, "-0.001"), (0.0, "0"), (2.0, "2"), (1234.567, "1,234.57"), (10**20, "100,000,000,000,000,000,000"),
    ],
)  # fmt: skip
def test_every_number_is_written(tmp_path, value, written):
    """Not-a-number is a dash, infinity its sign, and a small number does not vanish."""
    result = Content({"rows": [{"x": 1.5}, {"x": value}]})

    assert written in re.findall(r'<td class="n">([^<]*)</td>', page_of(tmp_path, result))


def test_a_chart_with_a_value_that_is_none(tmp_path):
    """What cannot be drawn is blank in the specification, which stays JSON that a browser reads."""
    chart = Chart(title="c", kind=ChartKind.BARS, points=(("a", 1.0), ("b", math.nan), ("c", math.inf)))
    page = page_of(
        tmp_path, Result(ReportDocument(title="t", sections=(Section(title="s", charts=(chart,)),)))
    )

    block = re.findall(r'<script type="application/json" id="spec-0">(.*?)</script>', page, re.DOTALL)[0]

    assert [row["value"] for row in json.loads(block)["data"]["values"]] == [1.0, None, None]


def test_text_that_has_no_utf8_form(tmp_path):
    """Half a surrogate, as some exports carry it, becomes a question mark and not an error."""
    assert "caf?" in page_of(tmp_path, Content({"name": "caf\ud83d"}))


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"a": 1}, "a dict cannot be reported: it has no to_dict"),
        (Content([1]), "its to_dict\\(\\) gives no dictionary"),
        (Content({"schema": "report/2", "title": "x"}), "writes report/1, not report/2"),
    ],
)
def test_what_cannot_be_reported(tmp_path, result, message):
    """One typed error says why, and no file is left."""
    with pytest.raises(ArgumentError, match=message):
        write_report(result, tmp_path / "r.html")
    assert list(tmp_path.iterdir()) == []
