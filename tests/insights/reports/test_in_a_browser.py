"""The page in a real browser, at the width of a desk and of a phone."""

import shutil
from datetime import date
from importlib import import_module
from importlib.util import find_spec

import polars as pl
import pytest

from privdomain.insights.overview import CustomerOverview, summarize_customers
from privdomain.insights.reports import write_report
from tests._services import missing
from tests.insights.reports.test_page import report
from tests.insights.test_overview import AT, profiles

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        missing("chromium is not installed: apt-get install chromium fonts-noto-cjk")
    if find_spec("playwright") is None:
        missing("playwright is not installed (dependency group `browser`)")
    sync_api = import_module("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


# what a glyph looks like; U+10FFFF is in no font, so it shows the box that stands for a missing one
PIXELS = """glyph => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 48;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = "32px " + getComputedStyle(document.body).fontFamily;
  pen.fillText(glyph, 4, 36);
  return Array.from(pen.getImageData(0, 0, 48, 48).data).join();
}"""


def overview() -> CustomerOverview:
    months = pl.DataFrame(
        {"order_date": [date(2026, 10, 1), date(2026, 11, 1)], "paid_minor": [120_000, 9_000_000]}
    )
    tags = pl.DataFrame({"customer_id": ["a", "b"], "tag": ["沉睡高价值", "新客"]})
    return summarize_customers(profiles(), as_of=AT, currency="CNY", tags=tags, order_lines=months)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("result", "charts"), [(report(), 3), (overview(), 4)], ids=["report", "overview"])
def test_every_chart_is_drawn_and_nothing_leaves_the_machine(browser, tmp_path, result, charts, width):
    """No console error, no request but the file itself, no sideways scrolling, every chart drawn, no box for a glyph."""
    page_file = write_report(result, tmp_path / "r.html")
    said, asked = [], []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(page_file.as_uri())
    page.wait_for_function(f"document.querySelectorAll('.drawing[data-drawn]').length === {charts}")

    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert "重要价值客户" in page.text_content(".drawing svg >> nth=0")
    shown = sorted({glyph for glyph in page.inner_text("main") if "\u4e00" <= glyph <= "\u9fff"})
    drawn = {glyph: page.evaluate(PIXELS, glyph) for glyph in shown}
    assert len(shown) > 10
    assert page.evaluate(PIXELS, "\U0010ffff") not in drawn.values()
    assert len(set(drawn.values())) == len(shown)
    page.close()
