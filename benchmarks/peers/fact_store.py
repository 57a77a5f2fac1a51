"""The same table by hand: ``polars.read_database`` on the driver's own connection."""

from __future__ import annotations

import sqlite3

import polars as pl

VERSIONS = ("polars",)


def prepare(params):
    connection = sqlite3.connect(params["path"])

    def work():
        frame = pl.read_database("SELECT * FROM pd_order_line", connection)
        return [
            frame.height,
            frame["paid_minor"].sum(),
            frame["buyer_id"].n_unique(),
            frame["paid_at"].null_count(),
        ]

    return work
