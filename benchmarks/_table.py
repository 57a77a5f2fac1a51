"""The table of a whole run: ``docs/benchmarks/results.md``, with its date, machine and versions."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks._environments import HERE

PAGE = HERE.parent / "docs" / "benchmarks" / "results.md"


def machine() -> str:
    """Cores and processor, as far as the system tells."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return f"{os.cpu_count()} cores, {model}, {platform.system()}, Python {platform.python_version()}"


def write(results: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> None:
    """Replace the page with this run."""
    rows = "\n".join(
        f"| `{one['name']}` | {names[one['name']]} | {one['ours']} | {one['peer']} | {one['unit']} "
        f"| {one['ratio']} | {one['quality']['goal']} | {'yes' if one['quality']['reached'] else 'no'} |"
        for one in results
    )
    details = "\n".join(
        f"- `{one['name']}`: n = {one['n']}; "
        + ", ".join(f"{package} {version}" for package, version in one["versions"].items())
        + "."
        for one in results
    )
    further = "\n".join(
        f"- `{one['name']}`: " + ", ".join(f"{key} {value}" for key, value in more.items()) + "."
        for one in results
        if (more := {key: value for key, value in one["quality"].items() if key not in {"goal", "reached"}})
    )
    PAGE.write_text(
        f"""# Results

Written by `make bench` on {datetime.now(UTC).date()}: {machine()}.

| name | what is compared | ours | peer | unit | ratio | goal | reached |
|---|---|---|---|---|---|---|---|
{rows}

A ratio above 1 means ours is better.

## Also measured

{further}

## Runs and versions

{details}
""",
        encoding="utf-8",
    )
