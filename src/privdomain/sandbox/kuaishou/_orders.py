"""The order endpoints of one seller. kuaishou.md §5"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.kuaishou._book import Book, Query, Row
from privdomain.sandbox.kuaishou._buyers import BuyerData, masked
from privdomain.sandbox.kuaishou._fields import Fields
from privdomain.sandbox.kuaishou._order_payload import checked, sold_blocks
from privdomain.sandbox.kuaishou._words import Refusal
from privdomain.sandbox.sales import SoldOrder

__all__ = ["DAY_MS", "KEPT_MS", "OrderDesk"]

DAY_MS = 86_400_000
KEPT_MS = 90 * DAY_MS
_WINDOW_MS = 7 * DAY_MS
_VIEWS = {2: 10, 3: 30, 4: 40, 5: 50, 6: 70, 7: 80}
_DECRYPTED_FOR_MS = 14 * DAY_MS
_MOST_NOTES, _MOST_PACKAGES, _MOST_SECRETS = 30, 50, 100


class OrderDesk:
    """One seller's orders; ``now`` is the sandbox's clock in milliseconds."""

    def __init__(
        self, *, buyers: BuyerData, now: Callable[[], int], effects: Counter[tuple[str, str]]
    ) -> None:
        self._buyers, self._now, self._effects = buyers, now, effects
        self.book = Book(
            name=lambda row: str(row["orderBaseInfo"]["oid"]),
            created=lambda row: row["orderBaseInfo"]["createTime"],
            updated=lambda row: row["orderBaseInfo"]["updateTime"],
        )

    def sell(self, order: SoldOrder) -> bool:
        """Add an order or let it have changed; says whether it is new."""
        blocks = sold_blocks(checked(order))
        with self.book.lock:
            old = self.book.get(order.order_id)
            row: dict[str, Any] = {**(old or {}), **blocks}
            if old is None:
                row |= {
                    "orderAddress": self._buyers.address(order.buyer_id, oid=order.order_id),
                    "orderRefundList": [],
                    "orderLogisticsInfo": [],
                    "orderNote": {"orderNoteInfo": []},
                    "subOrderInfo": [],
                }
            self.book.put(row)
        return old is None

    def put(self, row: Row) -> None:
        """An order as a test wants it."""
        self.book.put(row)

    def change(self, oid: str, blocks: Mapping[str, Any]) -> None:
        """Replace members of an order's blocks (or whole lists); its update time becomes now unless it is named."""
        with self.book.lock:
            row = dict(self._row(oid))
            base: Mapping[str, Any] = blocks.get("orderBaseInfo", {})
            changes = {**blocks, "orderBaseInfo": {"updateTime": self._now(), **base}}
            for name, value in changes.items():
                row[name] = {**row.get(name, {}), **value} if isinstance(value, Mapping) else value
            self.book.put(row)

    def row(self, oid: str) -> Row:
        """The order as it is served now."""
        row = self.book.get(oid)
        if row is None:
            raise ArgumentError(f"there is no order {oid} in this shop")
        return row

    def _row(self, oid: str) -> Row:
        row = self.book.get(oid)
        if row is None:
            raise Refusal("21")
        return row

    # --- reading ---

    def listing(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``open.order.cursor.list``."""
        view = fields.number("orderViewStatus", most=7)
        begin, end = fields.number("beginTime"), fields.number("endTime")
        query = Query(
            begin=begin,
            end=end,
            by_update=fields.number("queryType", least=1, most=2, default=1) == 2,
            newest_first=fields.number("sort", least=1, most=2, default=1) == 1,
            size=fields.number("pageSize", least=1, most=50),
            cursor=fields.text("cursor"),
            filter=(view, fields.number("cpsType", most=2, default=0)),
        )
        if not begin < end:
            raise Refusal("param", "beginTime must be before endTime")
        if end - begin > _WINDOW_MS:
            raise Refusal("param", "the window must not be longer than 7 days")
        if begin < self._now() - KEPT_MS:
            raise Refusal("param", "beginTime must be within 90 days")
        rows, cursor = self.book.page(query, keep=_filter(view), quirk=quirk)
        data = {
            "pageSize": query.size,
            "beginTime": begin,
            "endTime": end,
            "cursor": cursor,
            "orderList": rows,
        }
        return {"data": data}

    def detail(self, fields: Fields) -> dict[str, Any]:
        """``open.order.detail``."""
        return {"data": {**self._row(fields.id("oid")), "carrierType": 0, "privacyInfoAuthStatus": 0}}

    # --- writing ---

    def deliver(self, fields: Fields) -> dict[str, Any]:
        """``open.seller.order.goods.deliver``: one parcel with everything."""
        oid, parcel = fields.id("orderId"), _parcel(fields)
        with self.book.lock:
            row = self._shippable(oid)
            if row.get("subOrderInfo"):
                raise Refusal("param", "an order with gifts is shipped by open.order.goods.split.deliver")
            if row["orderLogisticsInfo"]:
                raise Refusal("state")
            self._ship(row, [(parcel, {oid: row["orderItemInfo"]["num"]})])
        return {}

    def split_deliver(self, fields: Fields) -> dict[str, Any]:
        """``open.order.goods.split.deliver``."""
        oid = fields.id("mainOrderId")
        parcels: list[tuple[dict[str, Any], dict[str, int]]] = []
        for part in fields.parts("deliveryItemInfoList", most=_MOST_PACKAGES):
            goods = part.parts("deliveryGoodsInfoList", most=100)
            parcels.append(
                (_parcel(part), {one.id("oid"): one.number("deliveryNum", least=1) for one in goods})
            )
        with self.book.lock:
            row = self._shippable(oid)
            known = {oid, *(str(sub["subOrderBaseInfo"]["oid"]) for sub in row.get("subOrderInfo", ()))}
            if not all(goods.keys() <= known for _, goods in parcels):
                raise Refusal("param", "a parcel holds something that is not of this order")
            left = row["orderItemInfo"]["num"] - row["orderDeliveryInfo"]["deliveryNum"]
            if sum(goods.get(oid, 0) for _, goods in parcels) > left:
                raise Refusal("param", "more is shipped than was bought")
            self._ship(row, parcels)
        return {}

    def _shippable(self, oid: str) -> Row:
        row = self._row(oid)
        base = row["orderBaseInfo"]
        if base["disableDeliveryReasonCode"] or base["validPromiseShipmentTimeStamp"] == 0:
            raise Refusal("11")
        if base["status"] != 30:
            raise Refusal("state")
        return row

    def _ship(self, row: Row, parcels: list[tuple[dict[str, Any], dict[str, int]]]) -> None:
        oid = str(row["orderBaseInfo"]["oid"])
        there = list(row["orderLogisticsInfo"])
        there += [parcel | {"logisticsId": len(there) + n} for n, (parcel, _) in enumerate(parcels, 1)]
        sent = row["orderDeliveryInfo"]["deliveryNum"] + sum(goods.get(oid, 0) for _, goods in parcels)
        done = sent >= row["orderItemInfo"]["num"]
        self.change(
            oid,
            {
                "orderLogisticsInfo": there,
                "orderDeliveryInfo": {"deliveryNum": sent, "totalPackageNum": len(there)},
                "orderBaseInfo": {"status": 40, "sendTime": self._now()} if done else {},
            },
        )
        self._effects["ship", oid] += 1

    def update_logistics(self, fields: Fields) -> dict[str, Any]:
        """``open.seller.order.logistics.update``: correct a parcel, the only one where none is named."""
        oid, parcel = fields.id("orderId"), _parcel(fields)
        wanted = fields.number("logisticsId", default=0)
        with self.book.lock:
            there = list(self._row(oid)["orderLogisticsInfo"])
            places = [n for n, one in enumerate(there) if wanted in (0, one["logisticsId"])]
            if len(places) != 1:
                raise Refusal("param", "logisticsId names no parcel of this order")
            there[places[0]] = parcel | {"logisticsId": there[places[0]]["logisticsId"]}
            self.change(oid, {"orderLogisticsInfo": there})
        self._effects["update_logistics", oid] += 1
        return {}

    def append_logistics(self, fields: Fields) -> dict[str, Any]:
        """``open.seller.order.goods.logistics.append``: one more parcel."""
        oid, parcel = fields.id("oid"), _parcel(fields)
        with self.book.lock:
            there = list(self._row(oid)["orderLogisticsInfo"])
            if not there or len(there) >= _MOST_PACKAGES:
                raise Refusal("state")
            self.change(oid, {"orderLogisticsInfo": [*there, parcel | {"logisticsId": len(there) + 1}]})
        self._effects["append_logistics", oid] += 1
        return {}

    def add_note(self, fields: Fields) -> dict[str, Any]:
        """``open.seller.order.note.add``."""
        oid, note = fields.id("orderId"), fields.text("note")
        fields.number("flag", most=6, default=0)
        if len(note) > 200:
            raise Refusal("param", "a note has at most 200 characters")
        with self.book.lock:
            notes = list(self._row(oid)["orderNote"]["orderNoteInfo"])
            if len(notes) >= _MOST_NOTES:
                raise Refusal("param", "an order has at most 30 notes")
            notes.append({"createTime": self._now(), "note": note, "flagTagCode": "grey_flag_tag_order"})
            self.change(oid, {"orderNote": {"orderNoteInfo": notes}})
        self._effects["add_note", oid] += 1
        return {}

    def close(self, fields: Fields) -> dict[str, Any]:
        """``open.seller.order.close``."""
        oid = fields.id("orderId")
        with self.book.lock:
            if self._row(oid)["orderBaseInfo"]["status"] != 10:
                raise Refusal("state")
            self.change(oid, {"orderBaseInfo": {"status": 80}})
        self._effects["close", oid] += 1
        return {}

    # --- buyer data ---

    def decrypt(self, fields: Fields) -> dict[str, Any]:
        """``open.order.decrypt.batch``: a result for each entry, in a success."""
        results = [self._decrypted(part) for part in fields.parts("batchDecryptList", most=_MOST_SECRETS)]
        return {"batchDecryptResultList": results}

    def _decrypted(self, part: Fields) -> dict[str, Any]:
        oid, cipher = part.text("bizId"), part.text("encryptedData")
        answer = {"bizId": oid, "encryptedData": cipher, "decryptedData": "", "errorCode": 2, "errorMsg": ""}
        row, opened = self.book.get(oid), self._buyers.read(cipher, oid=oid)
        if row is None or opened is None:
            return answer | {"errorMsg": "解密数据不属于该订单"}
        base = row["orderBaseInfo"]
        if base["status"] == 70 and base["recvTime"] < self._now() - _DECRYPTED_FOR_MS:
            return answer | {"errorMsg": "交易成功超过14天，不可解密"}
        if not self._buyers.spend(oid, at=self._now() / 1000):
            return answer | {"errorMsg": "解密额度不足"}
        return answer | {"decryptedData": opened.text, "errorCode": 1}

    def desensitise(self, fields: Fields) -> dict[str, Any]:
        """``open.order.desensitise.batch``."""
        results: list[dict[str, Any]] = []
        for part in fields.parts("batchDesensitiseList", most=_MOST_SECRETS):
            oid, cipher = part.text("bizId"), part.text("encryptedData")
            opened = self._buyers.read(cipher, oid=oid)
            shown = "" if opened is None else masked(opened.text, kind=opened.kind)
            code = {"errorCode": 2 if opened is None else 1, "errorMsg": ""}
            results.append({"bizId": oid, "encryptedData": cipher, "desensitisedData": shown} | code)
        return {"batchDesensitiseResultList": results}

    def encrypt(self, fields: Fields) -> dict[str, Any]:
        """``open.order.encrypt.batch``."""
        results: list[dict[str, Any]] = []
        for part in fields.parts("batchEncryptList", most=_MOST_SECRETS):
            oid, text = part.text("bizId"), part.text("decryptedData")
            cipher = self._buyers.encrypt(text, oid=oid, kind=part.number("type", least=1, most=3))
            code = {"errorCode": 1, "errorMsg": ""}
            results.append({"bizId": oid, "decryptedData": text, "encryptedData": cipher} | code)
        return {"batchEncryptResultList": results}

    def index(self, fields: Fields) -> dict[str, Any]:
        """``open.order.search.index.batch``."""
        results: list[dict[str, Any]] = []
        for part in fields.parts("indexParamList", most=_MOST_SECRETS):
            text = part.text("plainText")
            found = self._buyers.index(text, kind=part.number("type", least=1, most=3))
            results.append({"plainText": text, "searchIndex": found, "errorCode": 1, "errorMsg": ""})
        return {"indexResultList": results}


def _parcel(fields: Fields) -> dict[str, Any]:
    number = fields.text("expressNo")
    if not number:
        raise Refusal("param", "expressNo is empty")
    return {"expressNo": number, "expressCode": fields.number("expressCode", least=1)}


def _filter(view: int) -> Callable[[Row], bool] | None:
    status = _VIEWS.get(view)
    return None if status is None else lambda row: row["orderBaseInfo"]["status"] == status
