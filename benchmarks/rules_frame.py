"""100 rules on 2 million generated rows: match_frame, against the faster of two ways by hand in polars."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks import _data_rules, _memory
from benchmarks.harness import Result, race

VERSIONS = ("polars", "narwhals")
ROWS = 2_000_000


def prepare(params):
    import polars as pl

    from privdomain.rules import match_frame, parse_rule

    people = pl.read_parquet(params["people"])
    rules = {name: parse_rule(_data_rules.ours(rule)) for name, rule in params["rules"].items()}

    def work():
        memory = _memory.start()
        started = perf_counter()
        marked = match_frame(people, rules=rules)
        seconds = perf_counter() - started
        peak = _memory.peak_mb(memory)
        counts = marked.select(pl.col(list(rules)).sum()).row(0)
        return {"seconds": seconds, "answer": [list(counts), peak]}

    return work


def run() -> Result:
    from benchmarks._data_people import write_people

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.parquet"
        write_people(path, rows=ROWS)
        params = {"people": str(path), "rules": _data_rules.hundred_rules()}
        both = race("rules_frame", params, peers=("rules_frame", "rules_frame_nulls"), runs=7)
    peer = min(both.peers.values(), key=lambda times: times.median)
    (our_counts, our_mb), (peer_counts, peer_mb) = both.ours.answer, peer.answer
    return Result(
        ours=both.ours.median,
        peer=peer.median,
        unit="s",
        n=both.runs,
        versions=both.versions,
        goal=0.85,
        quality={
            "rows": ROWS,
            "same_counts_ok": our_counts == peer_counts,
            "our_peak_mb_over_the_data": our_mb,
            "peer_peak_mb_over_the_data": peer_mb,
            "polars_with_guards_s": round(both.peers["rules_frame"].median, 3),
            "polars_with_nulls_s": round(both.peers["rules_frame_nulls"].median, 3),
            "best_of_each_ratio": round(min(peer.seconds) / min(both.ours.seconds), 3),
            "spread": round(both.ours.spread, 2),
        },
    )
