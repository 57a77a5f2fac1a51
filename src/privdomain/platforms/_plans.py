"""What a shop platform does, as flows: each platform overrides what it can, and its capabilities say the same.

The clients look at the capabilities before they ask for a plan, so a plan that is not overridden is never reached
through them.
"""

# ruff: noqa: ARG002  (what a subclass overrides takes arguments that the default does not read)
from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn, TypeVar

from pydantic import BaseModel

from privdomain.calendar import Period
from privdomain.errors import Unsupported
from privdomain.models import AfterSale, Order, Parcel, Product, Receiver, Settlement, ShipmentEvent, Stock
from privdomain.money import Money
from privdomain.platforms._capabilities import ShopCapabilities
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow, PageFlow
from privdomain.platforms._listing import ListingEstimate
from privdomain.platforms._operation import Operation

__all__ = ["ShopPlans"]

R = TypeVar("R", bound=BaseModel)


class ShopPlans:
    """The canonical methods of one platform; a subclass is an attrs class with these four as fields or properties."""

    platform: str
    shop_id: str
    conversation: Conversation
    capabilities: ShopCapabilities

    def require(self, name: str) -> None:
        """Whether a canonical method may be called; raises `Unsupported` or `Unconfirmed`."""
        self.capabilities.check(name, platform=self.platform, accepted=self.conversation.accepted)

    def send(self, operation: Operation[R]) -> Flow[R]:
        """Any operation."""
        return self.conversation.send(operation)

    def replies(self, operation: Operation[R]) -> PageFlow[R]:
        """Every reply of a listing."""
        return self.conversation.replies(operation)

    # --- reading ---

    def orders(
        self, start: str | None, *, updated: Period | None, created: Period | None, page_size: int | None
    ) -> PageFlow[Order]:
        """Orders by update time, or by creation time; a wrong argument is raised at once."""
        self._lacks("orders")

    def estimate_orders(self, *, updated: Period | None, created: Period | None) -> ListingEstimate:
        """What listing a period will take."""
        self._lacks("orders")

    def order(self, order_id: str) -> Flow[Order]:
        """One order."""
        self._lacks("order")

    def aftersales(self, start: str | None, *, updated: Period, page_size: int | None) -> PageFlow[AfterSale]:
        """After-sale cases by update time."""
        self._lacks("aftersales")

    def aftersale(self, aftersale_id: str) -> Flow[AfterSale]:
        """One case."""
        self._lacks("aftersale")

    def products(self, start: str | None, *, page_size: int | None) -> PageFlow[Product]:
        """Products that are not deleted."""
        self._lacks("products")

    def product(self, product_id: str) -> Flow[Product]:
        """One product."""
        self._lacks("product")

    def stock(self, product_id: str, sku_id: str) -> Flow[Stock]:
        """Units that can be sold."""
        self._lacks("stock")

    def settlements(
        self, start: str | None, *, booked: Period, page_size: int | None
    ) -> PageFlow[Settlement]:
        """Movements of the shop's account."""
        self._lacks("settlements")

    def trace(self, order_id: str) -> Flow[tuple[ShipmentEvent, ...]]:
        """Where the parcels of an order are."""
        self._lacks("trace")

    def reveal(self, order_id: str, *, operator_id: str) -> Flow[Receiver]:
        """The receiver in clear."""
        self._lacks("reveal")

    # --- writing ---

    def ship(self, order_id: str, parcels: Sequence[Parcel]) -> Flow[None]:
        """Tell the platform that the parcels are on their way."""
        self._lacks("ship")

    def set_stock(self, product_id: str, sku_id: str, quantity: int) -> Flow[None]:
        """Let a SKU have this many units to sell."""
        self._lacks("set_stock")

    def set_memo(self, order_id: str, text: str) -> Flow[None]:
        """Write the shop's note on an order."""
        self._lacks("set_memo")

    def agree_refund(self, aftersale_id: str, *, amount: Money | None) -> Flow[None]:
        """Agree to pay back."""
        self._lacks("agree_refund")

    def agree_return(self, aftersale_id: str, *, address_id: str) -> Flow[None]:
        """Agree that the goods come back."""
        self._lacks("agree_return")

    def refuse_aftersale(self, aftersale_id: str, *, reason_code: str, text: str) -> Flow[None]:
        """Refuse what is asked for."""
        self._lacks("refuse_aftersale")

    def confirm_return(self, aftersale_id: str) -> Flow[None]:
        """Confirm that the goods came back, which pays back."""
        self._lacks("confirm_return")

    def _lacks(self, name: str) -> NoReturn:
        raise Unsupported(f"{self.platform} does not offer {name}")
