"""The same 100 rules compiled by rule-engine, its context told the fields' types."""

from time import perf_counter

import rule_engine

VERSIONS = ("rule-engine",)

TYPES = {
    bool: rule_engine.DataType.BOOLEAN,
    int: rule_engine.DataType.FLOAT,
    float: rule_engine.DataType.FLOAT,
    str: rule_engine.DataType.STRING,
}


def prepare(params):
    row = params["row"]
    kinds = rule_engine.type_resolver_from_dict({field: TYPES[type(value)] for field, value in row.items()})
    context = rule_engine.Context(resolver=rule_engine.resolve_item, type_resolver=kinds)
    rules = {name: rule_engine.Rule(text, context=context) for name, text in params["rule_engine"].items()}
    rounds = max(1, params["rounds"] // 50)

    def work():
        started = perf_counter()
        for _ in range(rounds):
            found = [name for name, rule in rules.items() if rule.matches(row)]
        return {"seconds": (perf_counter() - started) / rounds, "answer": found}

    return work
