"""`SqlStore`: the facts of one space in one SQL database."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine

from privdomain.calendar import BUSINESS_ZONE, Zone, find_zone
from privdomain.errors import ArgumentError, PayloadError
from privdomain.models import Order
from privdomain.stores._frames import read_frame, within
from privdomain.stores._reading import read_all, read_named, read_one
from privdomain.stores._records import ORDERS, RecordRows
from privdomain.stores._rows import order_rows, unstorable
from privdomain.stores._types import SPACE_LENGTH
from privdomain.stores._upsert import UpsertCounts, upsert
from privdomain.stores.checkpoints import Checkpoints
from privdomain.stores.database import Database
from privdomain.stores.dead_letters import DeadLetters
from privdomain.stores.facts import FactStore
from privdomain.stores.inbox import Inbox
from privdomain.stores.outbox import OutboxRows
from privdomain.stores.reveals import Reveals
from privdomain.stores.schema import ORDER, ddl
from privdomain.stores.tokens import SqlTokenStore

if TYPE_CHECKING:
    from privdomain.calendar import Period
    from privdomain.frames import Backend

__all__ = ["SqlStore"]

_T = TypeVar("_T")


class SqlStore(FactStore):
    """Orders and everything else that shops tell, in SQLite, PostgreSQL, MariaDB or MySQL.

    ``target`` is a database URL, an `Engine`, or an open `Connection`. From a URL or an engine every call is a
    transaction of its own, `begin` makes several calls one, and what the database gives up is run again. In a
    connection of yours nothing is begun, committed or repeated: `TransactionLost` asks you to.

    ``space`` is the tenant: a store reads and writes one. ``zone`` is where the local days of frames begin.

    ```python
    from datetime import UTC, datetime
    from privdomain import Money
    from privdomain.models import Buyer, Order, OrderLine, OrderStatus
    from privdomain.stores import SqlStore

    at = datetime(2026, 11, 11, tzinfo=UTC)
    line = OrderLine(
        line_id="1", product_id="p1", sku_id="s1", quantity=2, unit_price=Money.cny("10"), paid=Money.cny("18")
    )
    order = Order(
        platform="own", shop_id="mall", order_id="A1", status=OrderStatus.PAID, created_at=at, updated_at=at,
        paid_at=at, lines=(line,), freight=Money.cny("5"), total=Money.cny("23"), buyer=Buyer(buyer_id="b1"),
    )

    with SqlStore("sqlite://") as store:
        assert store.upsert_orders([order]).inserted == 1
        assert store.upsert_orders([order]).unchanged == 1
        assert store.order("A1", platform="own", shop_id="mall") == order
        assert store.frame("order_lines")["paid_minor"].to_list() == [1800]
    ```
    """

    dead_letters: DeadLetters
    checkpoints: Checkpoints
    tokens: SqlTokenStore
    outbox: OutboxRows
    inbox: Inbox
    reveals: Reveals

    def __init__(
        self, target: str | URL | Engine | Connection, *, space: str = "", zone: Zone = BUSINESS_ZONE
    ) -> None:
        if len(space) > SPACE_LENGTH or "\x00" in space:
            raise ArgumentError(
                f"space has {len(space)} characters; at most {SPACE_LENGTH}, none of them NUL"
            )
        self._setup(Database(target), space, find_zone(zone).key)

    def _setup(self, database: Database, space: str, zone: str) -> None:
        self._database, self._space, self._zone = database, space, zone
        self.dead_letters = DeadLetters(database, space=space)
        self.checkpoints = Checkpoints(database, space=space)
        self.tokens = SqlTokenStore.within(database, space=space)
        self.outbox = OutboxRows(database, space=space)
        self.inbox = Inbox(database, space=space)
        self.reveals = Reveals(database, space=space)

    def __repr__(self) -> str:
        return f"<SqlStore {self._database} space={self._space!r}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that this store opened; an engine or connection of yours stays open."""
        self._database.close()

    @property
    def space(self) -> str:
        """The tenant whose facts this store reads and writes."""
        return self._space

    @property
    def is_bound(self) -> bool:
        """Whether the store works inside a transaction that somebody else commits."""
        return self._database.is_bound

    # --- the schema ---

    def migrate(self, *, at: datetime | None = None) -> int:
        """Create or change the tables to what this release needs; returns the schema version.

        Needed once per database and release, and done by itself only in an empty SQLite database opened by URL.
        ``at`` is noted with each step, by default the system clock. MySQL and MariaDB commit at every CREATE.
        """
        return self._database.migrate(at=at or datetime.now(UTC))

    @staticmethod
    def ddl(dialect: str) -> str:
        """The statements of `migrate` as a script for sqlite, postgresql, mariadb or mysql."""
        return ddl(dialect)

    # --- transactions ---

    @contextmanager
    def begin(self) -> Generator[SqlStore]:
        """One transaction for several calls: the store inside the block, committed when it ends well.

        ```python
        from privdomain.stores import SqlStore

        with SqlStore("sqlite://") as store:
            try:
                with store.begin() as unit:
                    unit.upsert_orders([])
                    raise RuntimeError("changed my mind")
            except RuntimeError:
                pass  # nothing was written
        ```

        Raises:
            TransactionLost: when the database gave the transaction up; `retrying` runs it again.
            UsageError: when this store itself is used inside the block: it would wait for the block, or commit it.
        """
        with self._database.writing() as connection:
            yield self._within(connection)

    def retrying(self, work: Callable[[SqlStore], _T]) -> _T:
        """Call ``work`` with the store inside a transaction, again from its beginning if that is lost.

        ```python
        from privdomain.stores import SqlStore

        with SqlStore("sqlite://") as store:
            assert store.retrying(lambda unit: unit.upsert_orders([]).inserted) == 0
        ```

        Raises:
            ArgumentError: for a store inside your own transaction, which only you can begin again.
        """
        if self.is_bound:
            raise ArgumentError(
                "this store works in your connection, whose transaction only you can begin again; "
                "make the store of the engine, or repeat your transaction on TransactionLost"
            )
        return self._database.retrying(self.begin, work)

    def _within(self, connection: Connection) -> SqlStore:
        inner = object.__new__(type(self))
        inner._setup(self._database.bound(connection), self._space, self._zone)
        return inner

    # --- orders ---

    def upsert_orders(self, orders: Iterable[Order]) -> UpsertCounts:
        """Write orders, each with its lines; of two copies the one with the larger ``version`` stays.

        All of them are written in one transaction, or none. A copy with the stored version and other content
        counts as later: platforms date changes by the second.

        Raises:
            PayloadError: for an order that no table can hold; see `check_order`.
            ArgumentError: for an order of another space.
            UsageError: for an order larger than a statement that MySQL or MariaDB takes, naming the setting.
        """
        rows: list[RecordRows] = []
        for order in orders:
            self.check_order(order)
            rows.append(order_rows(order, space=self._space))
        return self._database.run(lambda connection: upsert(connection, rows, kind=ORDERS, space=self._space))

    @staticmethod
    def check_order(order: Order) -> None:
        """Whether a table can hold the order, which a platform may send and the model takes all the same.

        Raises:
            PayloadError: for a number beyond 64 bits, with what the platform sent (``order.raw``) as its payload.
        """
        if problems := unstorable(order):
            payload = order.raw or order.model_dump(mode="json")
            raise PayloadError(kind="order", problems=problems, ref=order.order_id, payload=payload)

    def order(self, order_id: str, *, platform: str, shop_id: str) -> Order | None:
        """One order as it was stored, or None."""
        return read_one(
            self._database,
            ORDERS,
            Order,
            order_id,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
        )

    def orders(
        self,
        *,
        platform: str | None = None,
        shop_id: str | None = None,
        created: Period | None = None,
        paid: Period | None = None,
        updated: Period | None = None,
    ) -> Iterator[Order]:
        """Orders one after another, by their keys; for single decisions, not for histories: see `frame`.

        They are read in small pages and no transaction stays open between them.
        """
        return read_all(
            self._database,
            ORDERS,
            Order,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
            conditions=within(ORDER, {"created_at": created, "paid_at": paid, "updated_at": updated}),
        )

    def orders_of(self, order_ids: Iterable[str], *, platform: str, shop_id: str) -> Iterator[Order]:
        """The named orders of one shop, those that are stored."""
        return read_named(
            self._database,
            ORDERS,
            Order,
            order_ids,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
        )

    def frame(
        self,
        name: str,
        *,
        columns: Sequence[str] | None = None,
        platform: str | None = None,
        shop_id: str | None = None,
        created: Period | None = None,
        paid: Period | None = None,
        updated: Period | None = None,
        backend: Backend = "polars",
    ) -> Any:
        """The history as columns: ``"orders"`` or ``"order_lines"``, as `privdomain.frames` describes them.

        No object is built, so that a million orders are seconds and not half a minute. ``columns`` reads only
        those, in that order; the periods and the shop choose rows. Rows come in no promised order.

        Raises:
            ArgumentError: for a frame or column that is not kept, with the nearest that is.
        """
        return read_frame(
            self._database,
            name,
            space=self._space,
            zone=self._zone,
            columns=columns,
            equal={"platform": platform, "shop_id": shop_id},
            moments={"created_at": created, "paid_at": paid, "updated_at": updated},
            backend=backend,
        )
