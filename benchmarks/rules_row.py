"""100 generated rules on one profile of 20 fields: a RuleSet, against rule-engine and zen-engine."""

from __future__ import annotations

from time import perf_counter

from benchmarks import _data_rules
from benchmarks.harness import Result, race

VERSIONS = ("attrs",)
ROUNDS = 2_000


def prepare(params):
    from privdomain.rules import RuleSet, parse_rule

    rules = {name: parse_rule(text) for name, text in params["ours"].items()}
    together, row = RuleSet(rules), params["row"]
    together.matching(row)
    if params.get("one_by_one"):

        def ask():
            return [name for name, rule in rules.items() if rule.matches(row)]
    else:

        def ask():
            return list(together.matching(row))

    rounds = params["rounds"]

    def work():
        started = perf_counter()
        for _ in range(rounds):
            found = ask()
        return {"seconds": (perf_counter() - started) / rounds, "answer": found}

    return work


def run() -> Result:
    rules = _data_rules.hundred_rules()
    params = {
        "row": _data_rules.profile(),
        "rounds": ROUNDS,
        **{
            write.__name__: {name: write(rule) for name, rule in rules.items()}
            for write in (_data_rules.ours, _data_rules.rule_engine, _data_rules.zen)
        },
    }
    peers = ("rules_row_rule_engine", "rules_row_zen", "rules_row_zen_graph")
    both = race("rules_row", params, peers=peers, runs=9)
    single = race("rules_row", {**params, "one_by_one": True}, peers=("rules_row_zen",), runs=5)
    slow = both.peers["rules_row_rule_engine"]
    zen = min(both.peers["rules_row_zen"], both.peers["rules_row_zen_graph"], key=lambda times: times.median)
    zen_ratio = zen.median / both.ours.median
    return Result(
        ours=both.ours.median * 1e6,
        peer=slow.median * 1e6,
        unit="µs per profile",
        n=both.runs,
        versions=both.versions,
        goal=20.0,
        quality={
            "zen_us": round(zen.median * 1e6, 1),
            "zen_ratio": round(zen_ratio, 1),
            "zen_ratio_at_least_10_ok": zen_ratio >= 10,
            "one_by_one_us": round(single.ours.median * 1e6, 1),
            "zen_one_by_one_us": round(both.peers["rules_row_zen"].median * 1e6, 1),
            "zen_graph_us": round(both.peers["rules_row_zen_graph"].median * 1e6, 1),
            "rules_that_hold": len(both.ours.answer),
            "same_answers_ok": all(both.ours.answer == times.answer for times in both.peers.values()),
        },
    )
