"""Cold `import privdomain` and its doors, against `import openai`."""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys

from benchmarks.harness import Result, race

VERSIONS = ("attrs",)

DOORS = (
    "privdomain.rules",
    "privdomain.models",
    "privdomain.calendar",
    "privdomain.platforms.wechat_shop",
    "privdomain.stores",
    "privdomain.customers.traits",
    "privdomain.loyalty.points",
)

_CHILD = "import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"


def cold_import(module: str) -> float:
    """Seconds of one import in a fresh interpreter, timed by that interpreter."""
    child = [sys.executable, "-c", _CHILD.format(module=module)]
    return float(
        subprocess.run(child, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout
    )


def prepare(params):
    return lambda: {"seconds": cold_import(params["ours"])}


def _exists(module: str) -> bool:
    parent = module.rpartition(".")[0]
    if parent != "privdomain" and not _exists(parent):
        return False
    return importlib.util.find_spec(module) is not None


def run() -> Result:
    both = race("import_time", {"ours": "privdomain", "peer": "openai"}, runs=9)
    doors = {
        f"{door}_ms": round(statistics.median(cold_import(door) for _ in range(5)) * 1000, 1)
        for door in DOORS
        if _exists(door)
    }
    return Result(
        ours=both.ours.median * 1000,
        peer=both.peer.median * 1000,
        unit="ms",
        n=both.runs,
        versions=both.versions,
        goal=3.0,
        quality={**doors, "spread": round(both.ours.spread, 2)},
    )
