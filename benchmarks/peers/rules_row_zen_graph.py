"""The same 100 rules as one zen decision whose expression node evaluates them all in one call."""

import json
from time import perf_counter

import zen

VERSIONS = ("zen-engine",)


def prepare(params):
    row, place = params["row"], {"x": 0, "y": 0}
    expressions = [{"id": name, "key": name, "value": text} for name, text in params["zen"].items()]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": place},
        {
            "id": "all",
            "name": "all",
            "type": "expressionNode",
            "position": place,
            "content": {"expressions": expressions},
        },
        {"id": "out", "name": "out", "type": "outputNode", "position": place},
    ]
    edges = [
        {"id": "first", "type": "edge", "sourceId": "in", "targetId": "all"},
        {"id": "second", "type": "edge", "sourceId": "all", "targetId": "out"},
    ]
    document = {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(document)))
    rounds = max(1, params["rounds"] // 20)

    def work():
        started = perf_counter()
        for _ in range(rounds):
            result = decision.evaluate(row)["result"]
            found = [name for name in params["zen"] if result[name]]
        return {"seconds": (perf_counter() - started) / rounds, "answer": found}

    return work
