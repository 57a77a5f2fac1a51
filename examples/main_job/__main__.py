"""``python -m examples.main_job``: the main job from the first page of orders to the report.

Interrupt it whenever you like: the next run goes on where this one stopped and ends in the same state.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl
from attrs import asdict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from examples.main_job import job, people, retail, shop
from privdomain import Money
from privdomain.ingest import PullReport
from privdomain.insights.overview import AtRisk, CustomerOverview, GroupRow
from privdomain.insights.reports import write_report
from privdomain.stores import SqlStore

SERVED_SINCE = date(2011, 9, 15)


def main() -> int:
    """Read the arguments and run; 130 when interrupted, as shells expect."""
    parser = argparse.ArgumentParser(prog="python -m examples.main_job", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="where the results go")
    parser.add_argument("--seed", type=int, default=20111210, help="of people's keys, faults and waits")
    parser.add_argument(
        "--served-since",
        type=date.fromisoformat,
        default=SERVED_SINCE,
        help="invoices from this day on are served by the emulated store, older ones are history",
    )
    wishes = parser.parse_args()
    console = Console()
    try:
        run(console, out=wishes.out, seed=wishes.seed, served_since=wishes.served_since)
    except KeyboardInterrupt:
        console.print("\n[bold]Interrupted.[/bold] What was pulled is kept; run it again to go on.")
        return 130
    return 0


def run(console: Console, *, out: Path, seed: int, served_since: date) -> job.Outcome:
    """The whole job; prints as it goes and leaves its files in ``out``."""
    started = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    console.print("[bold]privdomain: the main job on real orders[/bold]")
    console.print(
        "Real: the orders, their dates and prices (Online Retail II, D. Chen, UCI, CC BY 4.0). "
        "Pounds and pence are served and shown as yuan and fen, one for one."
    )
    console.print(
        f"Generated from seed {seed}: the WeChat keys (openid, unionid) of the customers. Nothing else.\n"
    )

    records = retail.load()
    _say_left_out(console, records)
    keys = people.keys_of(records.lines["retailer_customer"], seed=seed)
    served = records.lines.filter(pl.col("order_date") >= served_since)
    since = datetime.combine(served_since, datetime.min.time(), tzinfo=retail.ZONE)

    # another seed or day is another shop: its orders must not meet these
    database = out / f"orders-{served_since:%Y%m%d}-{seed}.sqlite3"
    with SqlStore(f"sqlite:///{database}", zone=retail.ZONE.key) as store:
        _pull(console, store, served, keys, since=since, seed=seed)
        with console.status("Traits, RFM, tags …"):
            before = job.history(records.lines.filter(pl.col("order_date") < served_since), keys)
            notes = _notes(records, served, served_since)
            outcome = job.analyze(store, before, as_of=retail.AS_OF, notes=notes)
    files = _write(outcome, records, out)
    _say_overview(console, outcome.overview)
    console.print(f"\nTables: {', '.join(path.name for path in files)} in {out}")
    console.print(f"Page:   {out / 'report.html'}   (opens in any browser, without a network)")
    console.print(f"Done in {time.monotonic() - started:.0f} s.")
    return outcome


def _say_left_out(console: Console, records: retail.Retail) -> None:
    table = Table(title="Rows left out, by the first reason that holds", title_justify="left")
    table.add_column("reason")
    table.add_column("rows", justify="right")
    table.add_column("invoices", justify="right")
    for reason, rows, invoices in records.reasons():
        table.add_row(reason, f"{rows:,}", f"{invoices:,}")
    console.print(table)
    lines = records.lines
    console.print(
        f"{lines.height:,} lines of {lines['order_id'].n_unique():,} invoices count; "
        "every row left out is listed in left_out.parquet.\n"
    )


def _pull(
    console: Console, store: SqlStore, served: pl.DataFrame, keys: pl.DataFrame, *, since: datetime, seed: int
) -> None:
    total = served["order_id"].n_unique()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        building = progress.add_task("Opening the store on localhost", total=total)
        orders = progress.track(shop.payloads(served, keys), task_id=building, total=total)
        with shop.open_shop(orders, at=retail.AS_OF, seed=seed) as box:
            pulling = progress.add_task("Pulling orders from it", total=total, completed=len(_known(store)))

            def show(_: PullReport) -> None:
                progress.update(pulling, completed=len(_known(store)))

            report = job.pull(box, store, since=since, at=retail.AS_OF, seed=seed, progress=show)
    console.print(
        f"{report.inserted:,} new orders, {report.unchanged + report.updated + report.stale:,} known ones, "
        f"{report.rejected:,} unreadable; {report.pages:,} pages"
        + (" (went on where an earlier run stopped)" if report.resumed else "")
        + ".\n"
    )


def _known(store: SqlStore) -> pl.DataFrame:
    frame: pl.DataFrame = store.frame("orders", columns=["order_id"])
    return frame


def _notes(records: retail.Retail, served: pl.DataFrame, served_since: date) -> tuple[str, ...]:
    cancelled = next(invoices for reason, _, invoices in records.reasons() if reason.startswith("cancelled"))
    return (
        "订单、日期、价格为真实数据（Online Retail II，D. Chen，UCI，CC BY 4.0）；英镑与便士按元与分一比一展示。",
        "客户的 openid 与 unionid 由种子生成。",
        f"{served_since} 起的 {served['order_id'].n_unique():,} 张发票经本机模拟的微信小店拉取，其余为历史数据。",
        f"已排除 {cancelled:,} 张取消的发票以及无客户、数量或价格不为正的行（明细见 left_out.parquet）。",
    )


def _write(outcome: job.Outcome, records: retail.Retail, out: Path) -> list[Path]:
    overview = outcome.overview
    tables = {
        "profiles": outcome.profiles,
        "tags": outcome.tags,
        "classes": _frame(overview.classes),
        "segments": _frame(overview.segments),
        "win_back": _frame(overview.win_back),
        "left_out": records.left_out,
    }
    paths: list[Path] = []
    for name, table in tables.items():
        path = out / f"{name}.parquet"
        table.write_parquet(path)
        paths.append(path)
    write_report(overview, out / "report.html")
    return paths


def _frame(rows: Sequence[GroupRow | AtRisk]) -> pl.DataFrame:
    return pl.DataFrame([asdict(row) for row in rows])


def _say_overview(console: Console, overview: CustomerOverview) -> None:
    def money(minor: int) -> str:
        return f"¥{Money(minor, overview.currency).amount:,}"

    classes = Table(title="Customers by class (RFM 八分类)", title_justify="left")
    for heading in ("class", "customers", "share", "orders", "spent", "a year while active"):
        classes.add_column(heading, justify="left" if heading == "class" else "right")
    for row in overview.classes:
        share = f"{row.customers / overview.customers:.1%}"
        classes.add_row(
            row.name,
            f"{row.customers:,}",
            share,
            f"{row.orders:,}",
            money(row.spend_minor),
            money(row.yearly_minor),
        )
    classes.add_section()
    classes.add_row(
        "all", f"{overview.customers:,}", "", f"{overview.orders:,}", money(overview.revenue_minor), ""
    )
    console.print(classes)
    console.print(
        f"Money at stake (a year of 重要保持客户 and 重要挽留客户): [bold]{money(overview.at_stake_minor)}[/bold]\n"
    )
    tags = Table("tag", "customers", title="Tags", title_justify="left")
    for tag, customers in overview.tags:
        tags.add_row(tag, f"{customers:,}")
    console.print(tags)
    back = Table(title="Whom to win back first", title_justify="left")
    for heading in ("customer", "class", "quiet for", "orders", "spent", "a year while active"):
        back.add_column(heading, justify="left" if heading in {"customer", "class"} else "right")
    for who in overview.win_back[:10]:
        back.add_row(
            who.customer_id, who.value_class, f"{who.days_since_last_order} days", f"{who.orders:,}",
            money(who.spend_minor), money(who.yearly_minor),
        )  # fmt: skip
    console.print(back)


if __name__ == "__main__":
    raise SystemExit(main())
