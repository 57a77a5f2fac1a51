"""Rows of figures are replaced by name, and no other row is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests._figures import note


def test_a_row_is_replaced_and_the_others_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "benchmarks" / "prove.md"
    note("fuzz: b", page=page, bodies=1, refused=1)
    note("chaos: a", page=page, lost=0, seconds=12.345)
    line = note("fuzz: b", page=page, bodies=1_000_000, slowest_ms=1.5)

    rows = [row for row in page.read_text(encoding="utf-8").splitlines() if row.startswith("| ")][1:]
    assert [row.split("|")[1].strip() for row in rows] == ["chaos: a", "fuzz: b"]
    assert "seconds 12.35" in rows[0] or "seconds 12.34" in rows[0]
    assert "bodies 1,000,000, slowest ms 1.5" in rows[1]
    assert "refused" not in rows[1]
    assert json.loads(line)["bodies"] == 1_000_000
    assert capsys.readouterr().out.splitlines()[-1] == line


def test_a_name_that_breaks_the_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither a bar"):
        note("a|b", page=tmp_path / "p.md")
