"""Methods of 小红书 ARK for orders, receivers and shipping. xiaohongshu-and-cps.md A3 (X1, X3)."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field

from privdomain.platforms._operation import Limits, NumberPaging, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.xiaohongshu._operation import ArkOperation, ArkPart
from privdomain.platforms.xiaohongshu.order_payloads import (
    DecryptedList,
    DesensitisedList,
    ExpressCompanies,
    IndexedList,
    OrderDetail,
    OrderPage,
    ReceiverInfos,
    Tracks,
)

__all__ = [
    "BatchDecrypt",
    "BatchDesensitise",
    "BatchIndex",
    "EncryptedData",
    "GetExpressCompanyList",
    "GetOrderDetail",
    "GetOrderList",
    "GetOrderReceiverInfo",
    "GetOrderTracking",
    "OrderDeliver",
    "PlainData",
    "ReceiverQuery",
]

_DOCS = "https://open.xiaohongshu.com/document/api (read 2026-11-24, xiaohongshu-and-cps.md {})"


class GetOrderList(ArkOperation[OrderPage]):
    """Orders by creation or update time, without money. 订单列表

    Times are **seconds**, although the answer's are milliseconds. ``time_type`` 1 is by creation, at most 24 hours;
    2 by update, at most 30 minutes and to be read from the last page to the first. At most 100 pages of 100.
    """

    path: ClassVar = "order.getOrderList"
    page: ClassVar = _DOCS.format("A3")
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(items="order_list", sends="page_no", first=1, size="page_size")
    limits: ClassVar = Limits(window=timedelta(minutes=30), page_size=100, depth=10_000, per_second=200)
    start_time: int
    end_time: int
    time_type: Literal[1, 2]
    order_type: int | None = None
    order_status: int | None = None
    page_no: int = Field(default=1, ge=1, le=100)
    page_size: int = Field(default=50, ge=1, le=100)


class GetOrderDetail(ArkOperation[OrderDetail]):
    """One order with its lines and amounts. 订单详情"""

    path: ClassVar = "order.getOrderDetail"
    page: ClassVar = _DOCS.format("A3")
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(per_second=200)
    order_id: str


class ReceiverQuery(ArkPart):
    """Whose receiver: the order, and the address id of its detail."""

    order_id: str
    open_address_id: str


class GetOrderReceiverInfo(ArkOperation[ReceiverInfos]):
    """The receivers of orders, as ciphers; only while an order waits to be shipped. 订单收件人信息"""

    path: ClassVar = "order.getOrderReceiverInfo"
    page: ClassVar = _DOCS.format("A3")
    repeat: ClassVar = Repeat.ALWAYS
    receiver_queries: tuple[ReceiverQuery, ...] = Field(min_length=1)
    is_return: bool = False


class EncryptedData(ArkPart):
    """One cipher, and the order it belongs to."""

    data_tag: str
    encrypted_data: str = Field(repr=False)


class BatchDecrypt(ArkOperation[DecryptedList]):
    """Ciphers in clear: few a day, so it is not repeated by itself. 批量解密

    ``action_type``: ``1`` single view, ``2`` print, ``3`` hand-over, ``4`` other; ``app_user_id`` is the operator.
    """

    path: ClassVar = "data.batchDecrypt"
    page: ClassVar = _DOCS.format("A3")
    repeat: ClassVar = Repeat.NEVER
    limits: ClassVar = Limits(items=100)
    base_infos: tuple[EncryptedData, ...] = Field(min_length=1, max_length=100)
    action_type: Literal["1", "2", "3", "4"] = "1"
    app_user_id: str = Field(min_length=1)


class BatchDesensitise(ArkOperation[DesensitisedList]):
    """Ciphers as masked texts. 批量脱敏"""

    path: ClassVar = "data.batchDesensitise"
    page: ClassVar = _DOCS.format("A3")
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(items=100)
    base_infos: tuple[EncryptedData, ...] = Field(min_length=1, max_length=100)
    action_type: Literal["1", "2", "3", "4"] = "1"
    app_user_id: str = Field(min_length=1)


class PlainData(ArkPart):
    """A value to be searched for. ``type``: 1 address, 2 name, 3 phone, 4 id card, 5 photo."""

    plain_text: str = Field(repr=False)
    type: Literal[1, 2, 3, 4, 5]


class BatchIndex(ArkOperation[IndexedList]):
    """Search indexes of values, to be compared with those inside ciphers. 批量获取索引串"""

    path: ClassVar = "data.batchIndex"
    page: ClassVar = _DOCS.format("A3")
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = (
        "only its types are documented; the names of its fields are those of the X1 family"
    )
    index_base_info_list: tuple[PlainData, ...] = Field(min_length=1)


class OrderDeliver(ArkOperation[Done]):
    """Tell that an order has been shipped. 订单发货

    ``unpack`` with ``sku_id_list`` ships a part (拆包). There is no idempotency key: read the order again where the
    answer was lost.
    """

    path: ClassVar = "order.orderDeliver"
    page: ClassVar = _DOCS.format("A3")
    repeat: ClassVar = Repeat.NEVER
    order_id: str
    express_no: str
    express_company_code: str
    express_company_name: str | None = None
    delivering_time: int | None = None
    unpack: bool = False
    sku_id_list: tuple[str, ...] | None = None


class GetOrderTracking(ArkOperation[Tracks]):
    """Where the parcels of an order are. 订单物流轨迹"""

    path: ClassVar = "order.getOrderTracking"
    page: ClassVar = _DOCS.format("A3")
    repeat: ClassVar = Repeat.ALWAYS
    order_id: str


class GetExpressCompanyList(ArkOperation[ExpressCompanies]):
    """Carriers and the codes that `OrderDeliver` takes. 快递公司信息"""

    path: ClassVar = "common.getExpressCompanyList"
    page: ClassVar = _DOCS.format("A3")
    repeat: ClassVar = Repeat.ALWAYS
