"""Charts as Vega-Lite specifications, and the script that draws them without a network.

Needs the ``report`` extra: altair describes the chart, vl-convert brings the drawing library as one embedded
script. A page without the extra has the same numbers as tables.
"""

from __future__ import annotations

import math
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from privdomain.errors import MissingExtra
from privdomain.insights.reports.document import Chart, ChartKind, Language

__all__ = ["can_draw", "chart_svg", "drawing_script", "vega_lite"]

_FONT = "system-ui, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
_INK, _PALE, _ACCENT = "#1f2933", "#d9e2ec", "#0b7a75"


def can_draw() -> bool:
    """Whether the ``report`` extra is installed."""
    return find_spec("altair") is not None and find_spec("vl_convert") is not None


# large numbers on an axis in the words of the reader: 万 and 亿, or k, M and G
_LARGE = {
    "zh": "abs(datum.value) >= 1e8 ? format(datum.value / 1e8, ',~r') + '亿' : "
    "abs(datum.value) >= 1e4 ? format(datum.value / 1e4, ',~r') + '万' : format(datum.value, ',~r')",
    "en": "abs(datum.value) >= 1e4 ? format(datum.value, '~s') : format(datum.value, ',~r')",
}


def vega_lite(chart: Chart, *, language: Language) -> dict[str, Any]:
    """The chart as a Vega-Lite specification that fills the width it is given."""
    alt = _optional("altair")
    large = _LARGE[language]
    names = ("x", "y", "value") if chart.kind is ChartKind.GRID else ("x", "value")
    # what is not finite has no place on an axis and no form in JSON: it is left blank, and the table names it
    rows = [
        dict(zip(names, (*point[:-1], point[-1] if math.isfinite(point[-1]) else None), strict=True))
        for point in chart.points
    ]
    base = alt.Chart(alt.Data(values=rows))
    value_title = chart.unit or chart.y_title or None
    tips = [
        alt.Tooltip("x:N", title=chart.x_title or " "),
        alt.Tooltip("value:Q", title=value_title or " ", format=","),
    ]
    if chart.kind is ChartKind.BARS:
        drawn = base.mark_bar(color=_ACCENT, cornerRadiusEnd=2).encode(
            x=alt.X("value:Q", title=value_title, axis=alt.Axis(labelExpr=large, tickCount=4)),
            y=alt.Y(
                "x:N", sort=None, title=chart.x_title or None, axis=alt.Axis(labelLimit=220, ticks=False)
            ),
            tooltip=tips,
        )
        height = 26 * len({point[0] for point in chart.points})
    elif chart.kind is ChartKind.LINE:
        months = alt.Axis(format="%Y-%m", labelOverlap="greedy", labelSeparation=12)
        drawn = base.mark_line(color=_ACCENT, point={"size": 18, "color": _ACCENT}).encode(
            x=alt.X("x:T", title=chart.x_title or None, axis=months),
            y=alt.Y("value:Q", title=value_title, axis=alt.Axis(labelExpr=large, tickCount=5)),
            tooltip=[alt.Tooltip("x:T", title=chart.x_title or " ", format="%Y-%m-%d"), tips[1]],
        )
        height = 240
    else:
        shade = alt.Scale(range=["#eef5f5", _ACCENT], domainMin=0)
        cells = base.mark_rect(stroke="white").encode(
            x=alt.X("x:N", sort=None, title=chart.x_title or None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("y:N", sort=None, title=chart.y_title or None, axis=alt.Axis(titlePadding=12)),
            color=alt.Color("value:Q", scale=shade, legend=None),
            tooltip=[tips[0], alt.Tooltip("y:N", title=chart.y_title or " "), tips[1]],
        )
        top = max((point[-1] for point in chart.points if math.isfinite(point[-1])), default=0.0)
        text = base.mark_text(fontSize=11).encode(
            x=alt.X("x:N", sort=None),
            y=alt.Y("y:N", sort=None),
            text=alt.Text("value:Q", format=",~r"),
            color=alt.condition(f"datum.value > {top * 0.55}", alt.value("white"), alt.value(_INK)),
        )
        drawn = cells + text
        height = 34 * len({point[1] for point in chart.points})
    spec: dict[str, Any] = drawn.properties(width="container", height=height).to_dict(validate=True)
    spec["config"] = {
        "font": _FONT,
        "background": "transparent",
        "view": {"stroke": None},
        "axis": {
            "labelColor": _INK,
            "titleColor": _INK,
            "gridColor": _PALE,
            "domainColor": _PALE,
            "labelFontSize": 12,
        },
    }
    return spec


def chart_svg(chart: Chart, *, width: int = 640, language: Language = "zh") -> str:
    """The chart as one SVG picture, ``width`` pixels wide: for mail, slides and print.

    Raises:
        MissingExtra: when the ``report`` extra is not installed.
    """
    spec = vega_lite(chart, language=language) | {"width": width}
    return str(_optional("vl_convert").vegalite_to_svg(spec))


def drawing_script() -> str:
    """The drawing library as one script for a page that may reach no network."""
    return str(_optional("vl_convert").javascript_bundle())


def _optional(module: str) -> Any:
    # Any: both packages may be absent, and a checker must not need them to read this file
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise MissingExtra("report", needed_for="drawing a chart") from None
