"""The main job: its totals are those of the raw file, and an interruption changes nothing."""

import io
from datetime import date, datetime

import polars as pl
import pytest
from rich.console import Console

from examples.main_job import __main__ as program
from examples.main_job import job, people, retail

LAST_DAYS = date(2011, 12, 1)
"""778 invoices, so that the default suite pulls through the whole protocol in seconds."""


def independent() -> dict[str, object]:
    """Customers, orders, revenue and the eight classes from the raw file, by polars alone and no code of ours."""
    raw = pl.read_parquet(retail.DATA / "online_retail_ii.parquet")
    clean = raw.filter(
        ~((pl.col("sheet") == "2009-2010") & (pl.col("invoice_date") >= datetime(2010, 12, 1)))
        & ~pl.col("invoice").str.starts_with("C")
        & pl.col("customer_id").is_not_null()
        & (pl.col("quantity") > 0)
        & (pl.col("price") > 0)
    ).with_columns(cents=(pl.col("quantity") * pl.col("price") * 100).round().cast(pl.Int64))
    people_ = clean.group_by("customer_id").agg(
        r=(date(2011, 12, 10) - pl.col("invoice_date").max().dt.date()).dt.total_days(),
        f=pl.col("invoice").n_unique(),
        m=pl.col("cents").sum(),
    )
    high = people_.select(
        r=pl.col("r") <= pl.col("r").mean(),
        f=pl.col("f") >= pl.col("f").mean(),
        m=pl.col("m") >= pl.col("m").mean(),
    )
    names = {
        (True, True, True): "重要价值客户", (False, True, True): "重要保持客户",
        (True, False, True): "重要发展客户", (False, False, True): "重要挽留客户",
        (True, True, False): "一般价值客户", (False, True, False): "一般保持客户",
        (True, False, False): "一般发展客户", (False, False, False): "一般挽留客户",
    }  # fmt: skip
    return {
        "customers": people_.height,
        "orders": clean["invoice"].n_unique(),
        "revenue_minor": clean["cents"].sum(),
        "classes": {names[row[:3]]: row[3] for row in high.group_by("r", "f", "m").len().rows()},
    }


def run(out, served_since=LAST_DAYS) -> tuple[job.Outcome, str]:
    said = io.StringIO()
    console = Console(file=said, width=140)
    outcome = program.run(console, out=out, seed=7, served_since=served_since)
    return outcome, said.getvalue()


def check_totals(outcome: job.Outcome) -> None:
    overview = outcome.overview
    ours = {
        "customers": overview.customers,
        "orders": overview.orders,
        "revenue_minor": overview.revenue_minor,
        "classes": {row.name: row.customers for row in overview.classes},
    }
    assert ours == independent()


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    return out, *run(out)


def test_the_totals_are_those_of_the_raw_file(finished):
    """Customers, orders, revenue to the cent and the eight classes, with part of the orders pulled from the store."""
    _, outcome, _ = finished

    check_totals(outcome)
    assert outcome.overview.revenue_minor == 1_743_153_316


def test_it_says_what_is_real_and_what_is_left_out(finished):
    """The first lines name the data and the seed; the cancelled invoices are counted, and listed by row."""
    out, _, said = finished

    assert "Real: the orders, their dates and prices (Online Retail II" in said
    assert "Generated from seed 7: the WeChat keys" in said
    left_out = pl.read_parquet(out / "left_out.parquet")
    cancelled = left_out.filter(pl.col("reason") == "cancelled invoice (C…)")
    assert (cancelled.height, cancelled["invoice"].n_unique()) == (19_165, 8_292)
    assert left_out.height + 791_044 == 1_067_370


def test_it_leaves_tables_and_a_page(finished):
    """Every table reads back as it was computed; the page names whom to call first."""
    out, outcome, said = finished

    assert pl.read_parquet(out / "profiles.parquet").equals(outcome.profiles)
    assert pl.read_parquet(out / "tags.parquet").equals(outcome.tags)
    first = outcome.overview.win_back[0].customer_id
    assert first in (out / "report.html").read_text(encoding="utf-8")
    assert first in said


def test_interrupted_and_run_again_ends_in_the_same_state(finished, tmp_path, monkeypatch):
    """Ctrl-C in the middle of the pull, then the same command: the store and every table equal an undisturbed run's."""
    _, undisturbed, _ = finished
    pages = 0

    def interrupt(report):
        nonlocal pages
        pages += 1
        if pages == 3:
            raise KeyboardInterrupt

    pull = job.pull
    with monkeypatch.context() as patch:
        patch.setattr(job, "pull", lambda *args, **kwargs: pull(*args, **kwargs | {"progress": interrupt}))
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path)

    outcome, said = run(tmp_path)

    assert "went on where an earlier run stopped" in said
    assert outcome.profiles.equals(undisturbed.profiles)
    assert outcome.tags.equals(undisturbed.tags)
    assert outcome.overview == undisturbed.overview


def test_a_finished_job_run_again_pulls_nothing_anew(finished):
    """A second run finds the store complete and the same figures."""
    out, outcome, _ = finished

    again, said = run(out)

    assert again.overview == outcome.overview
    assert "0 new orders" in said


def test_other_options_are_another_shop(finished, tmp_path):
    """The same folder with another first day does not mix the two: the totals stay those of the raw file."""
    run(tmp_path, date(2011, 12, 8))

    outcome, _ = run(tmp_path, date(2011, 12, 9))

    check_totals(outcome)


def test_keys_are_a_function_of_the_seed():
    """The same seed gives the same keys, another one others; no two customers share a key."""
    customers = pl.Series(["1", "2", "2", "3"])

    once, again, other = (people.keys_of(customers, seed=seed) for seed in (1, 1, 2))

    assert once.equals(again)
    assert once.height == 3
    assert set(once["openid"]).isdisjoint(other["openid"])
    assert len({*once["openid"], *once["unionid"]}) == 6
    assert once["openid"].str.len_chars().to_list() == [28, 28, 28]


@pytest.mark.slow
def test_the_whole_demo(tmp_path):
    """As ``make demo`` runs it: 6,356 real invoices through the protocol, and the same totals."""
    outcome, said = run(tmp_path, program.SERVED_SINCE)

    check_totals(outcome)
    assert "6,356 new orders" in said
