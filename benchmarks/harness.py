"""What a benchmark is written with: `race` runs both sides alternately, `Result` is what it returns."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from benchmarks._environments import HERE, PEERS, peer_python

ROOT = HERE.parent


@dataclass(frozen=True)
class Times:
    """One side's runs: seconds of each, the last answer, and the versions it ran with."""

    seconds: tuple[float, ...]
    answer: Any
    versions: dict[str, str]

    @property
    def median(self) -> float:
        """Median seconds per run."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """(slowest - fastest) / median: above about 0.3 the machine was busy and the ratio is soft."""
        return (max(self.seconds) - min(self.seconds)) / self.median


@dataclass(frozen=True)
class Race:
    """What `race` measured: ours, and each peer by its name."""

    ours: Times
    peers: dict[str, Times]
    runs: int

    @property
    def peer(self) -> Times:
        """The only peer of a race with one."""
        (only,) = self.peers.values()
        return only

    @property
    def versions(self) -> dict[str, str]:
        """Ours plain; a peer's own as ``name/package`` where it differs from ours."""
        found = dict(self.ours.versions)
        for name, times in self.peers.items():
            for package, version in times.versions.items():
                if found.setdefault(package, version) != version:
                    found[f"{name}/{package}"] = version
        return found


@dataclass(frozen=True)
class Result:
    """One line of the table.

    ``ours`` and ``peer`` are in ``unit``; ``lower_is_better`` says which way ``ratio`` is taken, so that a ratio
    above 1 always means ours is better. ``goal`` is the smallest ratio we want. ``quality`` carries whatever else
    was measured or compared (accuracy, equal answers, further peers).
    """

    ours: float
    peer: float
    unit: str
    n: int
    versions: Mapping[str, str]
    goal: float
    quality: Mapping[str, Any] = field(default_factory=dict)
    lower_is_better: bool = True

    @property
    def ratio(self) -> float:
        """How many times better ours is."""
        return self.peer / self.ours if self.lower_is_better else self.ours / self.peer

    @property
    def reached(self) -> bool:
        """Whether the ratio is at least the goal, and no quality named ``…ok`` is False."""
        return self.ratio >= self.goal and all(
            value for key, value in self.quality.items() if key == "ok" or key.endswith("_ok")
        )

    def line(self, name: str) -> str:
        """The JSON object that ends a benchmark's output."""
        return json.dumps(
            {
                "name": name,
                "ours": _short(self.ours),
                "peer": _short(self.peer),
                "ratio": _short(self.ratio),
                "unit": self.unit,
                "n": self.n,
                "versions": dict(self.versions),
                "quality": {**self.quality, "goal": self.goal, "reached": self.reached},
            },
            ensure_ascii=False,
        )


def _short(value: float) -> float:
    return float(f"{value:.4g}")


class _Side:
    """A child process that runs one file's ``prepare`` and then its work, again and again."""

    def __init__(self, python: str, file: Path, path: Sequence[Path]) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
        self._file = file
        self._process = subprocess.Popen(
            [python, str(HERE / "_side.py"), str(file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def ask(self, **order: Any) -> dict[str, Any]:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        reply = self._process.stdout.readline()
        if not reply:
            raise SystemExit(f"{self._file.name} ended without an answer (its error is above)")
        return json.loads(reply)


def race(
    name: str,
    params: Mapping[str, Any] | None = None,
    *,
    peers: Sequence[str] = (),
    runs: int = 7,
    warmup: int = 1,
) -> Race:
    """Run ``benchmarks/NAME.py`` and its peers alternately, each in a process of its own, ``runs`` times.

    Every file defines ``prepare(params) -> work``; preparing is not timed, ``work()`` is, by its own process.
    ``peers`` are names under ``benchmarks/peers/`` (default: the benchmark's own name). Alternating means that a
    machine that gets slower meanwhile is slower for both.
    """
    names = tuple(peers) or (name,)
    with contextlib.ExitStack() as stack:
        sides = {"": stack.enter_context(_Side(sys.executable, HERE / f"{name}.py", [ROOT / "src", ROOT]))}
        for peer in names:
            sides[peer] = stack.enter_context(_Side(peer_python(peer), PEERS / f"{peer}.py", [ROOT]))
        versions = {
            who: side.ask(do="prepare", params=dict(params or {}))["versions"] for who, side in sides.items()
        }
        for _ in range(warmup):
            for side in sides.values():
                side.ask(do="run")
        rounds = [{who: side.ask(do="run") for who, side in sides.items()} for _ in range(runs)]
    times = {
        who: Times(tuple(one[who]["seconds"] for one in rounds), rounds[-1][who]["answer"], versions[who])
        for who in sides
    }
    return Race(ours=times.pop(""), peers=times, runs=runs)
