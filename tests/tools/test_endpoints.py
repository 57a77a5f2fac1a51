"""The table of endpoints: complete, and as fresh as the code."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from types import ModuleType
from typing import ClassVar

import pytest

from privdomain.platforms import (
    Capability,
    Done,
    KeyPaging,
    Limits,
    Operation,
    Repeat,
    ShopCapabilities,
    Support,
)
from tests.quality._tree import PACKAGE, ROOT
from tools import docs, endpoints

PAGE = ROOT / "docs" / "reference" / "endpoints.md"
FOUND = endpoints.collect()
OPERATIONS = [pytest.param(one, id=one.__name__) for platform in FOUND for one in platform.operations]


def test_the_page_is_fresh() -> None:
    """`make docs` would write what is there."""

    wanted = docs.reference_pages(docs.documented(PACKAGE))[PAGE]
    assert PAGE.read_text(encoding="utf-8") == wanted, "run `make docs`"


def test_every_class_of_the_source_is_in_the_table() -> None:
    """Found another way: by reading the source for classes that have a path and a page."""

    named = set()
    for file in (PACKAGE / "platforms").glob("*/**/*.py"):
        for block in re.split(r"^(?=class )", file.read_text(encoding="utf-8"), flags=re.MULTILINE):
            head = re.match(r"class (\w+)", block)
            has = [
                re.search(rf"^    {name}: ClassVar.* = ", block, re.MULTILINE) for name in ("path", "page")
            ]
            if head and all(has):
                named.add((file.relative_to(PACKAGE / "platforms").parts[0], head[1]))
    assert {(one.name, op.__name__) for one in FOUND for op in one.operations} == named
    assert {"wechat_shop", "xiaohongshu"} <= {one.name for one in FOUND}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_endpoint_says_where_it_is_from(operation: type[Operation]) -> None:
    """A first line, and a page with the day it was read, or the key of a source."""

    assert operation.__doc__
    assert re.search(r"\(read \d{4}-\d\d-\d\d|\b[A-Z]{1,3}\d*\b", operation.page)


def test_a_new_platform_is_found_and_written(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """A folder with one operation and its capabilities; bases and shared modules are no endpoints."""

    folder = tmp_path / "made_up" / "corner_shop"
    folder.mkdir(parents=True)
    (tmp_path / "made_up" / "_shared.py").write_text("")
    (folder / "__init__.py").write_text('"""街角 (a corner shop): sells tea."""\n')
    (folder / "_hidden.py").write_text("from tests.tools.test_endpoints import *\n")
    root = ModuleType("made_up")
    root.__path__ = [str(tmp_path / "made_up")]
    monkeypatch.setitem(sys.modules, "made_up", root)

    class ListTea(Operation[Done]):
        """Tea | leaves. 茶叶"""

        path: ClassVar = "/tea"
        page: ClassVar = "https://tea.example.com/list (read 2026-11-24)"
        method: ClassVar = "GET"
        repeat: ClassVar = Repeat.WITH_KEY("cup")
        paging: ClassVar = KeyPaging(items="leaves")
        limits: ClassVar = Limits(
            window=timedelta(hours=36), kept=timedelta(days=90), page_size=50, depth=10_000
        )
        unconfirmed: ClassVar = "nobody knows"
        cup: str = ""
        next_key: str = ""

    import made_up.corner_shop._hidden as hidden  # type: ignore[import-not-found]

    ListTea.__module__ = hidden.__name__
    hidden.ListTea = ListTea
    hidden.CAPABILITIES = ShopCapabilities(
        orders=Capability(Support.YES), set_memo=Capability(Support.UNCONFIRMED, "by pencil"),
        orders_window=timedelta(minutes=30), orders_kept=timedelta(days=90), aftersales_window=timedelta(seconds=90),
    )  # fmt: skip
    try:
        found = endpoints.collect(root)
        text = endpoints.render(found, written="<!-- x -->")
    finally:
        for name in [name for name in sys.modules if name.startswith("made_up.")]:
            del sys.modules[name]
    assert [one.operations for one in found] == [(ListTea,)]
    assert (
        "| `ListTea` | Tea \\| leaves. 茶叶 **Unconfirmed:** nobody knows. | GET `/tea` | by key (`next_key`) | "
        "36 hours at once, the last 90 days, 50 a page, 10,000 deep | by `cup` | "
        "[2026-11-24](https://tea.example.com/list) |"
    ) in text
    assert "| `set_memo` | unconfirmed | by pencil |" in text
    assert "| `orders` | yes |  |" in text
    assert (
        "orders in windows of 30 minutes; after-sales in windows of 90 s; orders of the last 90 days only."
        in text
    )
    assert "## 街角 (a corner shop)" in text
