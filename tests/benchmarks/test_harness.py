"""The benchmark harness itself: alternation, honest ratios, one JSON line."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest

from benchmarks import _table, harness
from benchmarks._environments import peer_python
from benchmarks.harness import Race, Result, Times

SIDE = """
import time
VERSIONS = ("attrs",)

def prepare(params):
    print("noise that must not be taken for an answer")
    runs = []
    def work():
        print("more noise")
        runs.append(time.monotonic())
        return {"runs": len(runs), "got": params["number"] * FACTOR}
    return work
"""


@pytest.fixture
def sides(tmp_path, monkeypatch):
    """A benchmark ``double`` and its peer, in a folder of their own; no pins, so the peer runs in our interpreter."""
    peers = tmp_path / "peers"
    peers.mkdir()
    (tmp_path / "double.py").write_text(SIDE.replace("FACTOR", "2"), encoding="utf-8")
    (peers / "double.py").write_text(SIDE.replace("FACTOR", "3"), encoding="utf-8")
    monkeypatch.setattr(harness, "PEERS", peers)
    real = harness.HERE
    monkeypatch.setattr(harness, "HERE", _Folder(tmp_path, real))
    return tmp_path


class _Folder:
    """A folder that has the test's benchmarks and the harness's own programs."""

    def __init__(self, benchmarks, own):
        self._benchmarks, self._own = benchmarks, own

    def __truediv__(self, name):
        return (self._own if name.startswith("_") else self._benchmarks) / name


def test_both_sides_run_alternately_in_their_own_processes(sides) -> None:
    """Each side prepares once, warms up, and runs as often as asked; answers come back, noise does not."""

    both = harness.race("double", {"number": 21}, runs=5, warmup=1)

    assert len(both.ours.seconds) == len(both.peer.seconds) == 5
    assert both.ours.answer == {"runs": 6, "got": 42}
    assert both.peer.answer == {"runs": 6, "got": 63}
    assert set(both.versions) == {"python", "attrs"}


def test_a_side_that_fails_ends_the_run(sides) -> None:
    """A side that raises is an end with its name, not a hang and not a number."""

    (sides / "double.py").write_text("def prepare(params):\n    return lambda: 1 / 0\n", encoding="utf-8")

    with pytest.raises(SystemExit, match=r"double\.py ended without an answer"):
        harness.race("double", {"number": 1}, runs=5)


@pytest.mark.parametrize(
    ("ours", "peer", "lower_is_better", "ratio"),
    [(2.0, 10.0, True, 5.0), (10.0, 2.0, False, 5.0), (10.0, 2.0, True, 0.2)],
)
def test_a_ratio_above_one_is_always_better(ours, peer, lower_is_better, ratio) -> None:
    """Whether seconds or scores are compared, more than 1 means ours is better."""

    result = Result(
        ours=ours, peer=peer, unit="s", n=5, versions={}, goal=1.0, lower_is_better=lower_is_better
    )

    assert result.ratio == pytest.approx(ratio)
    assert result.reached is (ratio >= 1)


def test_a_fast_wrong_answer_reaches_nothing() -> None:
    """A quality that must hold and does not turns a reached goal into a missed one."""

    fast = {"ours": 1.0, "peer": 9.0, "unit": "s", "n": 5, "versions": {}, "goal": 2.0}

    assert Result(**fast, quality={"same_answer_ok": True}).reached
    assert not Result(**fast, quality={"same_answer_ok": False}).reached


def test_the_last_line_is_the_documented_object() -> None:
    """One JSON object with the eight documented names, the goal inside ``quality``."""

    result = Result(
        ours=1 / 3, peer=1.0, unit="ms", n=7, versions={"python": "3.11"}, goal=2.0, quality={"rows": 5}
    )
    line = json.loads(result.line("rules_row"))

    assert list(line) == ["name", "ours", "peer", "ratio", "unit", "n", "versions", "quality"]
    assert (line["ours"], line["ratio"]) == (0.3333, 3.0)
    assert line["quality"] == {"rows": 5, "goal": 2.0, "reached": True}


def test_versions_that_differ_are_both_named() -> None:
    """A peer's own version of a package we use too is shown beside ours."""

    race = Race(
        ours=Times((1.0,), None, {"python": "3.11", "polars": "2.1"}),
        peers={"hand": Times((1.0,), None, {"python": "3.11", "polars": "1.30"})},
        runs=1,
    )

    assert race.versions == {"python": "3.11", "polars": "2.1", "hand/polars": "1.30"}


def test_a_peer_without_pins_runs_in_our_interpreter() -> None:
    """ "The same by hand" must have the same packages on both sides."""

    import sys

    assert peer_python("no such peer") == sys.executable


def test_the_results_page_says_when_where_and_what(tmp_path, monkeypatch) -> None:
    """The table has a row for each benchmark, its goal, the date, the machine, and whatever else was measured."""
    monkeypatch.setattr(_table, "PAGE", tmp_path / "results.md")
    result = Result(
        ours=2.0, peer=9.0, unit="ms", n=7, versions={"polars": "2.1"}, goal=3.0, quality={"rows": 5}
    )

    _table.write([json.loads(result.line("rules_row"))], {"rules_row": "100 rules on one profile"})

    page = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "| `rules_row` | 100 rules on one profile | 2.0 | 9.0 | ms | 4.5 | 3.0 | yes |" in page
    assert f"on {datetime.now(UTC).date()}: {os.cpu_count()} cores" in page
    assert "- `rules_row`: rows 5." in page
    assert "- `rules_row`: n = 7; polars 2.1." in page
