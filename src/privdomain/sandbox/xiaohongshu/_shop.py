"""The emulated 小红书 ARK: what it has, what it answers, what it tells. xiaohongshu-and-cps.md Part A."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from attrs import frozen

from privdomain.errors import ArgumentError
from privdomain.sandbox._service import Reply
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.pushes import OutgoingCall
from privdomain.sandbox.sales import SoldOrder, SoldStatus
from privdomain.sandbox.server import Request
from privdomain.sandbox.xiaohongshu import _replies as words
from privdomain.sandbox.xiaohongshu._aftersales import RECEIPT, SEND_BACK, WAITING, CaseBook
from privdomain.sandbox.xiaohongshu._catalog import Catalog
from privdomain.sandbox.xiaohongshu._fields import Fields
from privdomain.sandbox.xiaohongshu._order_payload import address_id, millis, order_payload, receiver_of
from privdomain.sandbox.xiaohongshu._orders import OrderBook
from privdomain.sandbox.xiaohongshu._replies import Refusal, say
from privdomain.sandbox.xiaohongshu._tokens import TokenDesk
from privdomain.sandbox.xiaohongshu._vault import Vault

__all__ = ["GATEWAY", "EmulatedXiaohongshu"]

GATEWAY = "/ark/open_api/v3/common_controller"
_VERSION = "2.0"
_WAITING_TO_SHIP = 4
_NEWER = ("afterSale.", "finance.", "inventory.")
_DAY_S = 86_400.0


@frozen
class _Method:
    """One method: what it answers, and how it can page badly."""

    answer: Callable[[Fields, FaultKind | None], Any]
    needs_token: bool = True
    pages: bool = False


def _now() -> datetime:
    return datetime.now(UTC)


class EmulatedXiaohongshu:
    """小红书 ARK on localhost, for one shop of one application.

    ``sell`` fills it, ``open_aftersale`` opens cases, ``code`` is what a merchant's consent gives; `effects` counts
    what really happened, so that a write whose answer was lost can be looked for. ``clock`` is what tokens and quotas
    live by, ``decryptions_per_day`` the quota of data.batchDecrypt, ``push_path`` the path that messages are signed
    for. ``wrapped`` puts the answers of the newer families into their second envelope.

    ```python
    from datetime import UTC, datetime
    from privdomain.sandbox import SoldLine, SoldOrder
    from privdomain.sandbox.xiaohongshu import EmulatedXiaohongshu

    at = datetime(2026, 11, 11, tzinfo=UTC)
    shop = EmulatedXiaohongshu(clock=lambda: at)
    line = SoldLine(product_id="i1", sku_id="s1", quantity=2, unit_price=1000, paid=1800)
    shop.sell(SoldOrder(order_id="P1", buyer_id="b1", created=at, updated=at, lines=(line,), freight=500))
    assert shop.order("P1")["totalPayAmount"] == 2300
    ```
    """

    name = "xiaohongshu"
    secret_names = frozenset({"accessToken", "refreshToken", "sign", "code", "encryptedData"})
    codes = frozenset(map(str, words.MESSAGES))
    free_text = re.compile(rb'("(?:error_msg|customerRemark|sellerRemark|desc|skuName)":")')

    def __init__(
        self,
        *,
        app_id: str = "xhs-app-sandbox",
        app_secret: str = "xhs-secret-sandbox",  # noqa: S107 — opens nothing but a sandbox
        shop_id: str = "seller-sandbox",
        clock: Callable[[], datetime] = _now,
        access_life_s: float = 7 * _DAY_S,
        refresh_life_s: float = 14 * _DAY_S,
        decryptions_per_day: int = 10,
        push_path: str = "/xiaohongshu",
        wrapped: bool = True,
    ) -> None:
        self.app_id, self.app_secret, self.shop_id = app_id, app_secret, shop_id
        self.push_path = push_path
        self.on_push: Callable[[OutgoingCall], None] | None = None
        self._clock, self._wrapped = clock, wrapped
        self._orders, self._cases, self._catalog = OrderBook(), CaseBook(), Catalog()
        self._tokens = TokenDesk(access_life_s=access_life_s, refresh_life_s=refresh_life_s)
        self._vault = Vault(per_day=decryptions_per_day)
        self._receivers: dict[str, dict[str, str]] = {}
        self._effects: Counter[tuple[str, str]] = Counter()
        self._effects_lock = threading.Lock()
        self._case_number = 0
        self._methods = self._table()

    def __repr__(self) -> str:
        return f"EmulatedXiaohongshu(app_id={self.app_id!r}, orders={len(self._orders)})"

    # --- what a test or a merchant does ---

    def now(self) -> datetime:
        """What this platform takes for the present moment."""
        at = self._clock()
        if at.tzinfo is None:
            raise ArgumentError("the clock of a sandbox returns aware datetimes; this one has no zone")
        return at

    def consent(self, shop_id: str = "") -> str:
        """The code that the platform sends when a merchant has agreed; valid for 10 minutes, once."""
        return self._tokens.code(shop_id or self.shop_id, at=self._seconds())

    def issue_tokens(self, shop_id: str = "") -> Mapping[str, Any]:
        """Tokens as ``oauth.getAccessToken`` gives them, without a call."""
        return self._tokens.exchange(self.consent(shop_id), at=self._seconds())

    def revoke_tokens(self) -> None:
        """Every access token handed out so far is refused from now on; refresh tokens are not."""
        self._tokens.revoke()

    def withdraw(self, shop_id: str = "") -> None:
        """The merchant takes his authorization back: his refresh tokens are over, too."""
        self._tokens.withdraw(shop_id or self.shop_id)

    @property
    def refreshes(self) -> int:
        """How often tokens were renewed."""
        return self._tokens.refreshed

    def effects(self) -> Mapping[tuple[str, str], int]:
        """What was really done, and how often: (``ship``, order), (``refund``, case), (``stock``, SKU) …"""
        with self._effects_lock:
            return dict(self._effects)

    def sell(self, order: SoldOrder) -> None:
        """Add the order, or let it have changed; a message is sent, but for an unpaid creation."""
        receiver = self._receivers.setdefault(order.order_id, receiver_of(order))
        self._orders.put(order_payload(order, receiver))
        if order.status is not SoldStatus.PENDING_PAYMENT:
            self._tell_status(order.order_id)

    def put_order(self, order: Mapping[str, Any]) -> None:
        """Add an order as ``order.getOrderDetail`` serves it, or replace the one with its id; nothing is told."""
        self._orders.put(order)

    def update_order(self, order_id: str, **fields: Any) -> None:
        """Replace top-level fields of an order; its ``updateTime`` becomes now unless it is among them."""
        self._orders.change(order_id, fields, at_ms=self._millis())
        self._tell_status(order_id)

    def order(self, order_id: str) -> Mapping[str, Any]:
        """The order as it is served now."""
        return self._orders.payload(order_id)

    def move_receiver(self, order_id: str, **fields: str) -> None:
        """The buyer changes the address: ``openAddressId`` becomes another one, and a message is sent."""
        self._receivers[order_id] = self._receivers[order_id] | fields
        changed = {"openAddressId": address_id(self._receivers[order_id])}
        order = self._orders.change(order_id, changed, at_ms=self._millis())
        data = {"orderId": order_id, "updateTime": order["updateTime"], **changed}
        self.push("msg_fulfillment_receiver_change", data)

    def put_product(self, item_id: str, *, name: str, skus: Mapping[str, int]) -> None:
        """Add a product: SKU → price in fen."""
        self._catalog.put(item_id, name, skus, at_ms=self._millis())

    def put_stock(self, sku_id: str, total: int, *, occupied: int = 0) -> None:
        """Put units on the shelf, ``occupied`` of them promised to orders."""
        self._catalog.stock(sku_id, total, occupied=occupied)

    def units(self, sku_id: str) -> int:
        """How many of a SKU there are, those promised to orders included."""
        return self._catalog.units(sku_id)

    def settle(self, transaction_id: str, *, order_id: str, amount: str, **fields: Any) -> None:
        """Book a movement of money; ``amount`` is yuan as text, as the platform writes it."""
        usual = {"settleBizType": 0, "settledTime": self._millis(), "commonSettleStatus": 1}
        named = {"transactionId": transaction_id, "packageId": order_id, "amount": amount}
        self._catalog.settle({**usual, **named, **fields})

    def open_aftersale(
        self,
        order_id: str,
        *,
        refund: float,
        return_type: int = 4,
        sku_id: str = "",
        quantity: int = 1,
        returns_id: str = "",
    ) -> str:
        """A buyer asks: ``return_type`` 1 return, 2 exchange, 4 refund, 5 refund unshipped; ``refund`` is yuan."""
        order, at = self._orders.payload(order_id), self._millis()
        line = next((line for line in order["skuList"] if line["skuId"] == sku_id), order["skuList"][0])
        with self._effects_lock:
            self._case_number += 1
            returns_id = returns_id or f"R{self._case_number:016d}"
        sku = {
            "skuId": line["skuId"],
            "skuName": line["skuName"],
            "price": line["totalPaidAmount"] / line["skuQuantity"] / 100,
            "boughtCount": line["skuQuantity"],
            "appliedCount": quantity,
            "appliedTotalAmountYuan": refund,
        }
        self._cases.put(
            {
                "returnsId": returns_id,
                "returnType": return_type,
                "reasonId": 7,
                "reasonNameZh": "不想要了",
                "status": WAITING,
                "userId": order["userId"],
                "orderId": order_id,
                "applyTime": at,
                "updatedAt": at,
                "expireTime": at + 2 * 86_400_000,
                "desc": "",
                "returnsTag": 0,
                "skus": [sku],
                "exchangeSKUs": [sku] if return_type == 2 else [],
                "expectedRefundAmountYuan": 0 if return_type == 2 else refund,
                "appliedSkusAmountYuan": refund,
                "appliedShipFeeAmountYuan": 0,
                "refundAmountYuan": 0,
                "refundStatus": 0,
                "cargoStatus": 0,
                "proofPhotos": [],
                "closeReasonZh": "",
            }
        )
        self._tell_case("msg_after_sale_create", returns_id)
        return returns_id

    def send_back(self, returns_id: str, waybill: str, *, code: str = "SF") -> None:
        """The buyer sends the goods back."""
        if self._cases.payload(returns_id)["status"] != SEND_BACK:
            raise ArgumentError(f"case {returns_id} does not wait for the goods to be sent back")
        parcel = {
            "expressNo": waybill,
            "expressCompanyCode": code,
            "expressCompanyName": code,
            "fillExpressNoTime": self._millis(),
            "expressSignTime": 0,
        }
        self._cases.change(returns_id, {"status": RECEIPT, "_parcel": parcel}, at_ms=self._millis())
        self._tell_case("msg_after_sale_update", returns_id)

    def aftersale(self, returns_id: str) -> Mapping[str, Any]:
        """The case as it stands."""
        return self._cases.payload(returns_id)

    def push(self, *messages: Any) -> None:
        """Send messages in one signed call: pairs of tag and data, one after the other."""
        listen = self.on_push
        if listen is None:
            return
        pairs = zip(messages[::2], messages[1::2], strict=True)
        elements = [
            {
                "msgTag": tag,
                "sellerId": self.shop_id,
                "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
            }
            for tag, data in pairs
        ]
        stamp = str(int(self._seconds()))
        signed = f"{self.push_path}?app-key={self.app_id}&timestamp={stamp}{self.app_secret}"
        headers = (
            ("content-type", "application/json"),
            ("app-key", self.app_id),
            ("timestamp", stamp),
            ("sign", _md5(signed)),
        )
        body = json.dumps(elements, ensure_ascii=False, separators=(",", ":")).encode()
        listen(OutgoingCall(topic=str(messages[0]), headers=headers, body=body))

    # --- what the sandbox asks of a platform ---

    def refuse(self, code: str) -> Reply:
        """Say an error code without doing anything."""
        return say(None, refusal=Refusal(int(code)))

    def shows(self, quirk: FaultKind, request: Request) -> bool:
        """Only an empty page can be shown: a listing by number has no cursor to repeat."""
        method = self._methods.get(str(_document(request).get("method")))
        return quirk is FaultKind.EMPTY_PAGE and method is not None and method.pages

    def handle(self, request: Request, quirk: FaultKind | None) -> Reply:
        """Answer one request."""
        try:
            name, method, fields = self._admitted(request)
            data = method.answer(fields, quirk)
        except Refusal as refusal:
            return say(None, refusal=refusal)
        if self._wrapped and name.startswith(_NEWER):
            data = {"code": 0, "success": True, "msg": "", "data": data}
        return say(data)

    def _admitted(self, request: Request) -> tuple[str, _Method, Fields]:
        """The method and its parameters, once address, signature, time and token are in order."""
        body = _document(request)
        if request.path != GATEWAY or request.method != "POST" or not body:
            raise Refusal(words.UNKNOWN_METHOD, "POST one JSON object to the gateway")
        fields = Fields(body)
        name, stamp = fields.text("method"), body.get("timestamp")
        signed = f"{name}?appId={self.app_id}&timestamp={stamp}&version={_VERSION}{self.app_secret}"
        known = body.get("appId") == self.app_id and body.get("version") == _VERSION
        if not known or not hmac.compare_digest(_md5(signed), str(body.get("sign"))):
            raise Refusal(words.BAD_SIGN)
        if not re.fullmatch(r"\d{10}", str(stamp)):
            raise Refusal(words.BAD_SIGN, "timestamp is in seconds")
        method = self._methods.get(name)
        if method is None:
            raise Refusal(words.UNKNOWN_METHOD, name)
        if method.needs_token:
            seller = self._tokens.seller(fields.text("accessToken", default=""), at=self._seconds())
            if seller != self.shop_id:
                raise Refusal(words.NOT_FOUND, "this sandbox has another shop")
        return name, method, fields

    def _seconds(self) -> float:
        return self.now().timestamp()

    def _millis(self) -> int:
        return millis(self.now())

    def _did(self, what: str, name: str) -> None:
        with self._effects_lock:
            self._effects[what, name] += 1

    def _tell_status(self, order_id: str) -> None:
        order = self._orders.payload(order_id)
        told = {name: order[name] for name in ("orderId", "orderStatus", "updateTime")}
        self.push("msg_fulfillment_status_change", told)

    def _tell_case(self, tag: str, returns_id: str) -> None:
        case = self._cases.payload(returns_id)
        told = {name: case[name] for name in ("returnsId", "orderId", "returnType")}
        told |= {"requestFrom": 1, "refundFee": case["expectedRefundAmountYuan"]}
        self.push(tag, told | {"updateTime": case["updatedAt"]})

    def _deliver(self, fields: Fields) -> str:
        order = self._orders.deliver(fields, at_ms=self._millis())
        self._did("ship", order["orderId"])
        self._tell_status(order["orderId"])
        return "发货成功"

    def _decide(self, case: Mapping[str, Any], tag: str) -> str:
        self._did("decide", case["returnsId"])
        if case["refundStatus"] == 2:
            self._did("refund", case["returnsId"])
        self._tell_case(tag, case["returnsId"])
        return "操作成功"

    def _audit(self, fields: Fields) -> str:
        case = self._cases.audit(fields, at_ms=self._millis())
        return self._decide(case, f"msg_after_sale_audit_{'reject' if case['status'] == 9 else 'pass'}")

    def _reship(self, fields: Fields) -> str:
        case = self._cases.reship(fields, at_ms=self._millis())
        return self._decide(case, "msg_after_sale_exchange_ship")

    def _sync_stock(self, fields: Fields) -> dict[str, Any]:
        told = self._catalog.sync_stock(fields)
        self._did("stock", fields.text("skuId"))
        return told

    def _receivers_of(self, fields: Fields) -> dict[str, Any]:
        """``order.getOrderReceiverInfo``: ciphers, only while an order waits to be shipped."""
        infos: list[dict[str, Any]] = []
        for query in fields.parts("receiverQueries", most=100):
            order_id, asked = query.text("orderId"), query.text("openAddressId")
            order = self._orders.find(order_id)
            if order["orderStatus"] != _WAITING_TO_SHIP:
                raise Refusal(words.NOT_NOW, "待发货才可以拉到收件人信息")
            matched = asked == order["openAddressId"]
            info: dict[str, Any] = {"orderId": order_id, "matched": matched}
            if matched:
                info |= self._receivers[order_id]
                for name in ("receiverName", "receiverPhone", "receiverAddress"):
                    info[name] = self._vault.cipher(order_id, info[name])
            infos.append(info)
        return {"receiverInfos": infos}

    def _table(self) -> dict[str, _Method]:
        """Every method this platform knows."""
        orders, cases, catalog, vault, tokens = (
            self._orders, self._cases, self._catalog, self._vault, self._tokens,
        )  # fmt: skip

        def plain(answer: Callable[[Fields], Any]) -> _Method:
            return _Method(lambda fields, _: answer(fields))

        def grant(answer: Callable[[Fields], Any]) -> _Method:
            return _Method(lambda fields, _: answer(fields), needs_token=False)

        return {
            "oauth.getAccessToken": grant(lambda f: tokens.exchange(f.text("code"), at=self._seconds())),
            "oauth.refreshToken": grant(lambda f: tokens.renew(f.text("refreshToken"), at=self._seconds())),
            "order.getOrderList": _Method(orders.listing, pages=True),
            "order.getOrderDetail": plain(lambda f: orders.find(f.text("orderId"))),
            "order.getOrderReceiverInfo": plain(self._receivers_of),
            "order.orderDeliver": plain(self._deliver),
            "order.getOrderTracking": plain(orders.track),
            "data.batchDecrypt": plain(lambda f: vault.decrypt(f, at=self._seconds())),
            "data.batchDesensitise": plain(vault.mask),
            "data.batchIndex": plain(vault.index),
            "common.getExpressCompanyList": plain(lambda _: {"expressCompanyInfos": _COMPANIES}),
            "afterSale.listAfterSaleInfos": _Method(cases.listing, pages=True),
            "afterSale.getAfterSaleInfo": plain(cases.get),
            "afterSale.auditReturns": plain(self._audit),
            "afterSale.confirmReceive": plain(
                lambda f: self._decide(cases.receive(f, at_ms=self._millis()), "msg_after_sale_update")
            ),
            "afterSale.receiveAndShip": plain(self._reship),
            "afterSale.rejectReasons": plain(cases.reasons),
            "product.searchItemList": _Method(catalog.search, pages=True),
            "product.getItemInfo": plain(catalog.item),
            "inventory.getSkuStockV2": plain(catalog.read_stock),
            "inventory.syncSkuStockV2": plain(self._sync_stock),
            "finance.pageQueryTransaction": _Method(catalog.movements, pages=True),
        }


_COMPANIES = [
    {"expressCompanyId": 1, "expressCompanyCode": "SF", "expressCompanyName": "顺丰速运", "comment": ""},
    {"expressCompanyId": 2, "expressCompanyCode": "zto", "expressCompanyName": "中通快递", "comment": ""},
]


def _document(request: Request) -> dict[str, Any]:
    document = request.document
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(errors="replace"), usedforsecurity=False).hexdigest()
