"""`write_report`: any result on one page that opens in a browser without a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from privdomain.errors import ArgumentError
from privdomain.insights.reports.document import Language
from privdomain.insights.reports.generic import read_any
from privdomain.insights.reports.page import render

__all__ = ["Reportable", "write_report"]


class Reportable(Protocol):
    """Any result that can say itself as a plain dictionary."""

    def to_dict(self) -> Mapping[str, Any]:
        """The result as plain data; a ``report/1`` document or anything else made of plain values."""
        ...


def write_report(result: Reportable, path: str | Path, *, language: Language = "zh", title: str = "") -> Path:
    """Write a result as one self-contained HTML page and return its path. 报告

    Tables always; charts when the ``report`` extra is installed (the page says so when it is not). The page
    makes no request and fits a phone as well as a desk. ``title`` replaces the result's own.

    ```python
    import tempfile
    from pathlib import Path
    from privdomain.insights.reports import write_report

    class Sales:
        def to_dict(self):
            return {"orders": 3, "by_city": [{"city": "上海", "orders": 2}, {"city": "杭州", "orders": 1}]}

    page = write_report(Sales(), Path(tempfile.mkdtemp()) / "sales.html", title="销售")
    assert "上海" in page.read_text(encoding="utf-8")
    ```

    Raises:
        ArgumentError: for a language other than "zh" and "en", a result without ``to_dict``, or one with nothing
            in it.
    """
    if language not in {"zh", "en"}:
        raise ArgumentError(f'language={language!r}; a report is written in "zh" or "en"')
    document = read_any(_plain(result), title=title or type(result).__name__)
    if title and document.title != title:
        document = document.model_copy(update={"title": title})
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    # written beside and moved: a reader never sees half a page
    draft = target.with_name(f".{target.name}.part")
    # half a surrogate, which some exports carry, has no UTF-8 form and becomes "?"
    draft.write_text(render(document, language=language), encoding="utf-8", errors="replace")
    draft.replace(target)
    return target


def _plain(result: object) -> Mapping[str, Any]:
    say = getattr(result, "to_dict", None)
    content = say() if callable(say) else None
    if not isinstance(content, Mapping):
        what = "its to_dict() gives no dictionary" if callable(say) else "it has no to_dict()"
        raise ArgumentError(f"a {type(result).__name__} cannot be reported: {what}")
    return cast("Mapping[str, Any]", content)
