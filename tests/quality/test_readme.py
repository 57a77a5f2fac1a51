"""The two READMEs say the same: the same programs, the same figures, and nothing left to fill in."""

import re

import pytest

from tests.quality._tree import ROOT

ENGLISH, CHINESE = (ROOT / name for name in ("README.md", "README.zh-CN.md"))


def programs(page) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def figures(page) -> list[list[str]]:
    text = page.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `\w+` \|(.*)\|$", text, re.MULTILINE)
    return [re.findall(r"\d[\d,.]*", row) for row in rows]


def test_the_same_programs():
    """The quickstart and the four shops: one program each, of at most sixty lines, and both stand in both."""
    quickstart, four_shops = programs(ENGLISH)

    assert programs(CHINESE) == [quickstart, four_shops]
    assert max(len(program.splitlines()) for program in (quickstart, four_shops)) <= 60


def test_the_same_figures():
    """Both tables of measurements carry the same numbers in the same order."""
    assert figures(ENGLISH) == figures(CHINESE)
    assert figures(ENGLISH)


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=lambda page: page.name)
def test_nothing_is_left_to_fill_in(page):
    """No placeholder in capitals stands where a figure or a program belongs."""
    assert (
        re.findall(r"\b[A-Z]{3,}_[A-Z]{3,}\b|^[A-Z]{8,}$", page.read_text(encoding="utf-8"), re.MULTILINE)
        == []
    )
