"""Reports: what a result says, and one page of HTML that shows it anywhere."""

from privdomain.insights.reports.charts import chart_svg
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
from privdomain.insights.reports.writing import Reportable, write_report

__all__ = [
    "Cell",
    "Chart",
    "ChartKind",
    "ColumnFormat",
    "Fact",
    "Language",
    "ReportDocument",
    "Reportable",
    "Section",
    "Table",
    "TableColumn",
    "chart_svg",
    "write_report",
]
