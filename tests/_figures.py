"""Figures of runs at full size, dated, one row a name: what `make prove` writes into docs/benchmarks/prove.md.

``note`` replaces the row of its name and leaves the others, so that every prove test writes its own and a run of one
of them loses nothing of another's.
"""

from __future__ import annotations

import json
import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["PAGE", "note"]

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "prove.md"
_HEAD = """# Figures of `make prove`

Every row is written by the test that measured it, the last time it ran on this tree.

| run | date | machine | figures |
|---|---|---|---|
"""


def note(name: str, *, page: Path = PAGE, **figures: float | str) -> str:
    """Write a run's figures into its row, and print them as one line of JSON; returns that line."""
    if "|" in name or "\n" in name:
        raise ValueError(f"name={name!r}; the name of a row has neither a bar nor a line break")
    now = datetime.now(UTC)
    machine = f"{os.cpu_count()} × {platform.machine()}, Python {platform.python_version()}"
    said = ", ".join(f"{key.replace('_', ' ')} {_written(value)}" for key, value in figures.items())
    rows = _rows(page)
    rows[name] = f"| {name} | {now:%Y-%m-%d} | {machine} | {said.replace('|', '/')} |"
    _replace(page, _HEAD + "".join(f"{rows[key]}\n" for key in sorted(rows)))
    line = json.dumps({"run": name, "date": now.isoformat(timespec="seconds"), **figures}, ensure_ascii=False)
    print(line, flush=True)  # noqa: T201  (`make prove` runs with -s)
    return line


def _rows(page: Path) -> dict[str, str]:
    if not page.exists():
        return {}
    lines = page.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| run |")]
    return {row.split("|")[1].strip(): row for row in rows}


def _written(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"


def _replace(page: Path, text: str) -> None:
    page.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=page.parent, delete=False, encoding="utf-8") as fresh:
        fresh.write(text)
    Path(fresh.name).chmod(0o644)
    Path(fresh.name).replace(page)
