"""Two million generated customers with the fields of `_data_rules`, gaps and NaN included (seeded), as Parquet."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks import _data_rules


def write_people(path, *, rows, seed=5):
    """Write the frame; about 4 % of every column is missing, half of that NaN in the float columns."""
    random_ = np.random.default_rng(seed)
    columns = {"customer_id": pl.Series(np.arange(rows)).cast(pl.String)}
    for field, values in _data_rules.STRINGS.items():
        columns[field] = pl.Series(
            np.array(values, dtype=object)[random_.integers(0, len(values), rows)], dtype=pl.String
        )
    for field, size in _data_rules.INTS.items():
        columns[field] = pl.Series(random_.integers(0, size, rows))
    for field, size in _data_rules.FLOATS.items():
        numbers = random_.uniform(0, size, rows).round(4)
        numbers[random_.random(rows) < 0.02] = np.nan
        columns[field] = pl.Series(numbers)
    for field in _data_rules.BOOLS:
        columns[field] = pl.Series(random_.random(rows) < 0.5)
    holes = {
        field: pl.when(pl.Series(random_.random(rows) >= 0.04)).then(pl.col(field)).alias(field)
        for field in columns
        if field != "customer_id"
    }
    pl.DataFrame(columns).with_columns(**holes).write_parquet(path)
