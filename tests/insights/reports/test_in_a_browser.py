"""The page in a real browser, at the width of a desk and of a phone."""

import shutil
from importlib import import_module
from importlib.util import find_spec

import pytest

from privdomain.insights.reports import write_report
from tests._services import missing
from tests.insights.reports.test_page import report

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


@pytest.mark.parametrize("width", [1280, 390])
def test_every_chart_is_drawn_and_nothing_leaves_the_machine(browser, tmp_path, width):
    """No console error, no request but the file itself, no sideways scrolling, every chart drawn with its labels."""
    page_file = write_report(report(), tmp_path / "r.html")
    said, asked = [], []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(page_file.as_uri())
    page.wait_for_function("document.querySelectorAll('.drawing[data-drawn]').length === 3")

    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert "重要价值客户" in page.text_content(".drawing svg >> nth=0")
    page.close()
