"""`FactStore`: after-sale cases, products and account movements in SQL; `SqlStore` is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attrs import frozen
from sqlalchemy import Connection, select, update

from privdomain.errors import ArgumentError
from privdomain.models import AfterSale, Product, Settlement
from privdomain.models._base import instant_micros
from privdomain.stores._documents import read_document
from privdomain.stores._fact_rows import aftersale_rows, product_rows, settlement_rows
from privdomain.stores._frames import within
from privdomain.stores._reading import in_chunks, read_all, read_named, read_one
from privdomain.stores._records import AFTERSALES, ORDERS, PRODUCTS, SETTLEMENTS
from privdomain.stores._upsert import UpsertCounts, upsert
from privdomain.stores.database import Database
from privdomain.stores.schema import AFTERSALE, PRODUCT, SETTLEMENT

if TYPE_CHECKING:
    from privdomain.calendar import Period

__all__ = ["FactStore", "MissingProduct"]


@frozen
class MissingProduct:
    """A product that a whole listing of its shop went by without, as it was last read."""

    product: Product
    since: datetime
    """When the first listing without it began."""


class FactStore:
    """What a shop tells besides its orders. The rules are those of orders: typed rows, the newer copy stays."""

    _database: Database
    _space: str

    def record_ids(self, kind: str, *, updated: Period, platform: str, shop_id: str) -> set[str]:
        """The ids of one shop's orders (``kind="order"``) or cases (``"aftersale"``) updated in a period.

        Raises:
            ArgumentError: for another kind.
        """
        found = {ORDERS.name: ORDERS, AFTERSALES.name: AFTERSALES}.get(kind)
        if found is None:
            raise ArgumentError(f"kind={kind!r}; expected 'order' or 'aftersale'")
        columns = found.table.c
        wanted = select(found.id).where(
            columns.space == self._space,
            columns.platform == platform,
            columns.shop_id == shop_id,
            *within(found.table, {"updated_at": updated}),
        )
        with self._database.reading() as connection:
            return set(connection.scalars(wanted))

    # --- after-sale cases ---

    def upsert_aftersales(self, aftersales: Iterable[AfterSale]) -> UpsertCounts:
        """Write after-sale cases, each with its goods and refunds; the copy with the larger ``version`` stays.

        Raises:
            PayloadError: for a case that no table can hold.
            ArgumentError: for a case of another space.
        """
        rows = [aftersale_rows(case, space=self._space) for case in self._checked(aftersales)]
        return self._database.run(
            lambda connection: upsert(connection, rows, kind=AFTERSALES, space=self._space)
        )

    def _checked(self, cases: Iterable[AfterSale]) -> Iterator[AfterSale]:
        for case in cases:
            self.check_aftersale(case)
            yield case

    @staticmethod
    def check_aftersale(case: AfterSale) -> None:
        """Whether a table can hold the case.

        Raises:
            PayloadError: for a number beyond 64 bits or an id beyond 128 characters.
        """
        rows = aftersale_rows(case, space=case.space)
        AFTERSALES.check(rows, payload=case.raw or case.model_dump(mode="json"))

    def aftersale(self, aftersale_id: str, *, platform: str, shop_id: str) -> AfterSale | None:
        """One case as it was stored, or None."""
        return read_one(
            self._database,
            AFTERSALES,
            AfterSale,
            aftersale_id,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
        )

    def aftersales(
        self,
        *,
        platform: str | None = None,
        shop_id: str | None = None,
        created: Period | None = None,
        updated: Period | None = None,
    ) -> Iterator[AfterSale]:
        """Cases one after another, by their keys."""
        return read_all(
            self._database,
            AFTERSALES,
            AfterSale,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
            conditions=within(AFTERSALE, {"created_at": created, "updated_at": updated}),
        )

    def aftersales_of(self, order_ids: Iterable[str], *, platform: str, shop_id: str) -> Iterator[AfterSale]:
        """The cases about the named orders of one shop."""
        return read_named(
            self._database,
            AFTERSALES,
            AfterSale,
            order_ids,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
        )

    def aftersales_named(
        self, aftersale_ids: Iterable[str], *, platform: str, shop_id: str
    ) -> Iterator[AfterSale]:
        """The named cases of one shop, those that are stored."""
        return read_named(
            self._database,
            AFTERSALES,
            AfterSale,
            aftersale_ids,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
            by=AFTERSALES.id_column,
        )

    # --- products ---

    def upsert_products(
        self, products: Iterable[Product], *, read_at: datetime | None = None
    ) -> UpsertCounts:
        """Write products, each with its SKUs; the copy that the platform changed later stays.

        ``read_at`` is when they were asked for, by default now: where a platform gives no update time, the copy that
        was asked for later is the newer one. A product that had been missing is no longer.

        Raises:
            PayloadError: for a product that no table can hold.
            ArgumentError: for a product of another space.
        """
        moment = datetime.now(UTC) if read_at is None else read_at
        listed = list(products)
        for product in listed:
            self.check_product(product)
        rows = [product_rows(product, space=self._space, read_at=moment) for product in listed]

        def work(connection: Connection) -> UpsertCounts:
            counts = upsert(connection, rows, kind=PRODUCTS, space=self._space)
            undated = [product for product in listed if product.updated_at is None]
            for shop in sorted({(product.platform, product.shop_id) for product in listed}):
                here = [
                    product.product_id for product in listed if (product.platform, product.shop_id) == shop
                ]
                self._saw(connection, here, *shop, at=moment)
                timeless = [one.product_id for one in undated if (one.platform, one.shop_id) == shop]
                self._read_again(connection, timeless, *shop, at=moment)
            return counts

        return self._database.run(work)

    def _saw(
        self, connection: Connection, product_ids: Iterable[str], platform: str, shop_id: str, *, at: datetime
    ) -> None:
        columns = PRODUCT.c
        for chunk in in_chunks(product_ids):
            connection.execute(
                update(PRODUCT)
                .where(
                    columns.space == self._space,
                    columns.platform == platform,
                    columns.shop_id == shop_id,
                    columns.product_id.in_(chunk),
                    columns.seen_at <= at,
                )
                .values(seen_at=at, missing_since=None)
            )

    def _read_again(
        self, connection: Connection, product_ids: Iterable[str], platform: str, shop_id: str, *, at: datetime
    ) -> None:
        # The same content read again is known to be so at that moment: a copy read before it is not newer.
        columns = PRODUCT.c
        for chunk in in_chunks(product_ids):
            connection.execute(
                update(PRODUCT)
                .where(
                    columns.space == self._space,
                    columns.platform == platform,
                    columns.shop_id == shop_id,
                    columns.product_id.in_(chunk),
                    columns.updated_at.is_(None),
                    columns.version < instant_micros(at),
                )
                .values(version=instant_micros(at))
            )

    def saw_products(self, product_ids: Iterable[str], *, platform: str, shop_id: str, at: datetime) -> None:
        """Note that products were listed, also where their payload could not be read."""
        ids = list(product_ids)
        self._database.run(lambda connection: self._saw(connection, ids, platform, shop_id, at=at))

    def mark_missing_products(self, *, platform: str, shop_id: str, since: datetime) -> int:
        """Mark the products of a shop that have not been seen since a whole listing began; returns how many are new.

        A mark and no deletion: orders refer to them, and a listing that shows one again takes the mark away.
        """
        columns = PRODUCT.c
        mark = (
            update(PRODUCT)
            .where(
                columns.space == self._space,
                columns.platform == platform,
                columns.shop_id == shop_id,
                columns.seen_at < since,
                columns.missing_since.is_(None),
            )
            .values(missing_since=since)
        )
        return self._database.run(lambda connection: connection.execute(mark).rowcount)

    @staticmethod
    def check_product(product: Product) -> None:
        """Whether a table can hold the product.

        Raises:
            PayloadError: for a number beyond 64 bits.
        """
        rows = product_rows(product, space=product.space, read_at=_ANY_MOMENT)
        PRODUCTS.check(rows, payload=product.raw or product.model_dump(mode="json"))

    def product(self, product_id: str, *, platform: str, shop_id: str) -> Product | None:
        """One product as it was stored, missing or not, or None."""
        return read_one(
            self._database,
            PRODUCTS,
            Product,
            product_id,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
        )

    def products(self, *, platform: str | None = None, shop_id: str | None = None) -> Iterator[Product]:
        """The products that are not missing, by their keys."""
        return read_all(
            self._database,
            PRODUCTS,
            Product,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
            conditions=[PRODUCT.c.missing_since.is_(None)],
        )

    def missing_products(
        self, *, platform: str | None = None, shop_id: str | None = None
    ) -> tuple[MissingProduct, ...]:
        """The products that disappeared from their shop's listing, by their keys."""
        columns = PRODUCT.c
        wanted = select(columns.payload, columns.missing_since).where(
            columns.space == self._space, columns.missing_since.is_not(None)
        )
        if platform is not None:
            wanted = wanted.where(columns.platform == platform)
        if shop_id is not None:
            wanted = wanted.where(columns.shop_id == shop_id)
        wanted = wanted.order_by(columns.platform, columns.shop_id, columns.product_id)
        with self._database.reading() as connection:
            found = connection.execute(wanted).all()
        return tuple(MissingProduct(read_document(Product, payload), since) for payload, since in found)

    # --- movements ---

    def upsert_settlements(self, settlements: Iterable[Settlement]) -> UpsertCounts:
        """Write movements of shops' accounts; a movement that is told differently later is replaced.

        Raises:
            PayloadError: for a movement that no table can hold.
            ArgumentError: for a movement of another space.
        """
        listed = list(settlements)
        for movement in listed:
            self.check_settlement(movement)
        rows = [settlement_rows(movement, space=self._space) for movement in listed]
        return self._database.run(
            lambda connection: upsert(connection, rows, kind=SETTLEMENTS, space=self._space)
        )

    @staticmethod
    def check_settlement(movement: Settlement) -> None:
        """Whether a table can hold the movement.

        Raises:
            PayloadError: for a number beyond 64 bits or an id beyond 128 characters.
        """
        rows = settlement_rows(movement, space=movement.space)
        SETTLEMENTS.check(rows, payload=movement.raw or movement.model_dump(mode="json"))

    def settlements(
        self, *, platform: str | None = None, shop_id: str | None = None, booked: Period | None = None
    ) -> Iterator[Settlement]:
        """Movements one after another, by their keys."""
        return read_all(
            self._database,
            SETTLEMENTS,
            Settlement,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
            conditions=within(SETTLEMENT, {"at": booked}),
        )

    def settlements_of(
        self, order_ids: Iterable[str], *, platform: str, shop_id: str
    ) -> Iterator[Settlement]:
        """The movements about the named orders of one shop."""
        return read_named(
            self._database,
            SETTLEMENTS,
            Settlement,
            order_ids,
            space=self._space,
            platform=platform,
            shop_id=shop_id,
        )


_ANY_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
