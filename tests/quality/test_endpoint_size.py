"""An endpoint is a small class: those that the documentation writes have at most fifteen lines."""

from __future__ import annotations

import ast
import re

from tests.quality._tree import ROOT

MOST = 15
PAGE = ROOT / "docs" / "how-to" / "add-an-endpoint.md"


def operations() -> dict[str, int]:
    """Every operation of the page, by its name: how many lines its class has, those that are empty left out."""
    found = {}
    for program in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        lines = program.splitlines()
        for node in ast.parse(program).body:
            if isinstance(node, ast.ClassDef) and any(
                "Operation[" in ast.unparse(base) for base in node.bases
            ):
                found[node.name] = sum(
                    bool(line.strip()) for line in lines[node.lineno - 1 : node.end_lineno]
                )
    return found


def test_an_endpoint_is_at_most_fifteen_lines() -> None:
    """One without a reply of its own, one paged by key, a signed one paged by number, an unconfirmed one."""

    sizes = operations()

    assert sizes.keys() >= {"SetMerchantNotes", "ListPresents", "RunningCoupons", "ListBrands"}
    assert {name: size for name, size in sizes.items() if size > MOST} == {}
