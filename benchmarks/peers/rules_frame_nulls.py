"""The same rules by hand in polars: NaN becomes null first, a rule is filled with false once."""

from functools import reduce
from operator import and_, or_
from time import perf_counter

import polars as pl

from benchmarks import _memory

VERSIONS = ("polars",)


def test(negated, field, op, value):
    column = pl.col(field)
    if op == "in":
        found = column.is_in(value)
    elif op == "contains":
        found = column.str.contains(value, literal=True)
    else:
        found = {
            "==": column.__eq__, "!=": column.__ne__, "<": column.__lt__, "<=": column.__le__, ">": column.__gt__,
            ">=": column.__ge__,
        }[op](value)  # fmt: skip
    return ~found.fill_null(False) if negated else found


def prepare(params):
    people = pl.read_parquet(params["people"])
    floats = [name for name, dtype in people.schema.items() if dtype == pl.Float64]
    rules = {
        name: reduce(and_, [reduce(or_, [test(*one) for one in clause]) for clause in rule]).fill_null(False)
        for name, rule in params["rules"].items()
    }

    def work():
        memory = _memory.start()
        started = perf_counter()
        marked = people.lazy().with_columns(pl.col(floats).fill_nan(None)).with_columns(**rules).collect()
        seconds = perf_counter() - started
        peak = _memory.peak_mb(memory)
        counts = marked.select(pl.col(list(rules)).sum()).row(0)
        return {"seconds": seconds, "answer": [list(counts), peak]}

    return work
