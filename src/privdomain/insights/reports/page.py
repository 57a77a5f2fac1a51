"""A report document as one self-contained page of HTML: tables always, charts where they can be drawn.

Everything the page needs is inside it; its content policy forbids every request, so nothing can leave the machine
that opens it. Every chart has its numbers beside it as a table.
"""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from html import escape
from importlib.resources import files

from attrs import define, field

from privdomain.insights.reports.charts import can_draw, drawing_script, vega_lite
from privdomain.insights.reports.document import (
    Cell,
    Chart,
    ChartKind,
    ColumnFormat,
    Fact,
    Language,
    ReportDocument,
    Section,
    Table,
    TableColumn,
)
from privdomain.money import Money

__all__ = ["render"]

_WORDS = {
    "zh": {
        "lang": "zh-CN", "numbers": "查看数据", "none": "（无数据）", "yes": "是", "no": "否",
        "made": "由 privdomain 生成。本页不含外部链接，可离线打开。",
        "no_charts": "图表需要安装可选组件：pip install 'privdomain[report]'；以下为同样数据的表格。",
        "no_script": "图表由脚本绘制；数据见每张图下的表格。",
    },
    "en": {
        "lang": "en", "numbers": "Show the numbers", "none": "(no data)", "yes": "yes", "no": "no",
        "made": "Made with privdomain. This page links to nothing outside and opens offline.",
        "no_charts": "Charts need an optional part: pip install 'privdomain[report]'; here are the same numbers.",
        "no_script": "Charts are drawn by a script; the numbers are in the table under each.",
    },
}  # fmt: skip

_NUMERIC = {ColumnFormat.COUNT, ColumnFormat.MONEY, ColumnFormat.SHARE, ColumnFormat.NUMBER}
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:"
)
# specifications are read from inert JSON blocks, so that no text of a report is ever run as a script
_DRAW = """
for (const place of document.querySelectorAll(".drawing")) {
  const spec = JSON.parse(document.getElementById(place.dataset.spec).textContent);
  vegaEmbed(place, spec, { actions: false, renderer: "svg" }).then(() => { place.dataset.drawn = "yes"; });
}
"""


def render(document: ReportDocument, *, language: Language) -> str:
    """The page as text."""
    words = _WORDS[language]
    drawn = can_draw() and any(section.charts for section in document.sections)
    pen = _Pen(language=language, words=words, drawn=drawn)
    pages = [_section(section, pen) for section in document.sections]
    hint = ""
    if not drawn and any(section.charts for section in document.sections):
        hint = f'<p class="note">{escape(words["no_charts"])}</p>'
    elif drawn:
        hint = f'<noscript><p class="note">{escape(words["no_script"])}</p></noscript>'
    script = "".join(pen.scripts)
    if drawn:
        script += f"<script>{drawing_script()}</script><script>{_DRAW}</script>"
    style = files("privdomain.insights.reports").joinpath("page.css").read_text(encoding="utf-8")
    subtitle = f'<p class="subtitle">{escape(document.subtitle)}</p>' if document.subtitle else ""
    return (
        f'<!doctype html>\n<html lang="{words["lang"]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(document.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(document.title)}</h1>\n{subtitle}{hint}\n{''.join(pages)}"
        f"<footer>{escape(words['made'])}</footer>\n</main>\n{script}\n</body>\n</html>\n"
    )


@define(kw_only=True)
class _Pen:
    """What the parts of one page share."""

    language: Language
    words: dict[str, str]
    drawn: bool
    scripts: list[str] = field(factory=list[str])


def _section(section: Section, pen: _Pen) -> str:
    parts = [f"<section>\n<h2>{escape(section.title)}</h2>\n"]
    if section.text:
        parts.append(f"<p>{escape(section.text)}</p>\n")
    if section.facts:
        parts.append(f'<dl class="facts">{"".join(_fact(fact, pen.words) for fact in section.facts)}</dl>\n')
    if section.charts:
        figures = "".join(_figure(chart, pen) for chart in section.charts)
        parts.append(f'<div class="charts">{figures}</div>\n')
    parts += [_table(table, pen.words) for table in section.tables]
    parts.append("</section>\n")
    return "".join(parts)


def _fact(fact: Fact, words: dict[str, str]) -> str:
    column = TableColumn(title=fact.label, format=fact.format, currency=fact.currency)
    note = f"<small>{escape(fact.note)}</small>" if fact.note else ""
    return f"<div><dt>{escape(fact.label)}</dt><dd>{escape(_written(fact.value, column, words))}{note}</dd></div>"


def _figure(chart: Chart, pen: _Pen) -> str:
    words = pen.words
    numbers = _table(_numbers_of(chart), words)
    if not pen.drawn:
        note = f'<p class="note">{escape(chart.note)}</p>' if chart.note else ""
        return f"<figure><figcaption>{escape(chart.title)}</figcaption>{numbers}{note}</figure>\n"
    name = f"spec-{len(pen.scripts)}"
    # "<" is written as an escape, so that no label can end the block early
    spec = json.dumps(vega_lite(chart, language=pen.language), ensure_ascii=False, allow_nan=False).replace(
        "<", "\\u003c"
    )
    pen.scripts.append(f'<script type="application/json" id="{name}">{spec}</script>\n')
    note = f'<p class="note">{escape(chart.note)}</p>' if chart.note else ""
    return (
        f"<figure><figcaption>{escape(chart.title)}</figcaption>"
        f'<div class="drawing" role="img" aria-label="{escape(chart.title)}" data-spec="{name}"></div>{note}'
        f"<details><summary>{escape(words['numbers'])}</summary>{numbers}</details></figure>\n"
    )


def _numbers_of(chart: Chart) -> Table:
    labels = [chart.x_title or " "] + ([chart.y_title or " "] if chart.kind is ChartKind.GRID else [])
    value = TableColumn(title=chart.unit or chart.y_title or " ", format=ColumnFormat.NUMBER)
    columns = (*(TableColumn(title=label) for label in labels), value)
    return Table(columns=columns, rows=tuple(tuple(point) for point in chart.points))


def _table(table: Table, words: dict[str, str]) -> str:
    kinds = ['class="n"' if column.format in _NUMERIC else "" for column in table.columns]
    heads = "".join(
        f'<th scope="col" {kind}>{escape(column.title)}</th>'
        for column, kind in zip(table.columns, kinds, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td {kind}>{escape(_written(cell, column, words))}</td>"
            for cell, column, kind in zip(row, table.columns, kinds, strict=True)
        )
        + "</tr>\n"
        for row in table.rows
    )
    if not table.rows:
        body = f'<tr><td colspan="{len(table.columns)}">{escape(words["none"])}</td></tr>'
    caption = f"<caption>{escape(table.title)}</caption>" if table.title else ""
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    label = escape(table.title or " ")
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table>{caption}'
        f"<thead><tr>{heads}</tr></thead><tbody>\n{body}</tbody></table></div>{note}\n"
    )


def _written(cell: Cell, column: TableColumn, words: dict[str, str]) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return words["yes"] if cell else words["no"]
    if isinstance(cell, date):  # a datetime is one too
        timed = isinstance(cell, datetime) and column.format is not ColumnFormat.DAY
        return cell.strftime("%Y-%m-%d %H:%M" if timed else "%Y-%m-%d")
    if isinstance(cell, str):
        return cell
    return _number(cell, column)


def _number(cell: float, column: TableColumn) -> str:
    if column.format is ColumnFormat.MONEY:
        money = Money(int(cell), column.currency)
        return f"{'¥' if money.currency == 'CNY' else money.currency + ' '}{money.amount:,}"
    if not math.isfinite(cell):
        return "–" if math.isnan(cell) else "∞" if cell > 0 else "−∞"
    if column.format is ColumnFormat.SHARE:
        return f"{cell:.1%}"
    if isinstance(cell, int) or cell == int(cell):
        return f"{int(cell):,}"
    # below one, two decimals would hide the number
    return f"{cell:,.2f}" if abs(cell) >= 1 else f"{cell:.3g}"
