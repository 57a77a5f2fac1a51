"""From 小红书's payloads to our products, stock, movements of money and traces. xiaohongshu-and-cps.md A3, A5."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from privdomain.calendar import BUSINESS_ZONE
from privdomain.errors import PayloadError, Problem
from privdomain.models import (
    FlowDirection,
    Product,
    ProductStatus,
    Settlement,
    SettlementKind,
    SettlementPart,
    ShipmentEvent,
    ShipmentStatus,
    Sku,
    payload_problems,
)
from privdomain.money import Money
from privdomain.platforms._payload import Json, read
from privdomain.platforms.xiaohongshu._dialect import PLATFORM
from privdomain.platforms.xiaohongshu._values import from_millis, moment
from privdomain.platforms.xiaohongshu.order_payloads import Track, TrackRecord, Tracks
from privdomain.platforms.xiaohongshu.shop_payloads import ItemPayload, SkuPayload, Transaction

__all__ = ["read_product", "read_settlement", "read_trace"]

_REFUND = 1
_CARRIER_NODE = 35
# in the order they are looked for: 派送失败 is found before 派送
_WORDS = (
    ("签收", ShipmentStatus.SIGNED),
    ("失败", ShipmentStatus.DELIVERY_FAILED),
    ("退回", ShipmentStatus.RETURNING),
    ("待揽", ShipmentStatus.LABEL_CREATED),
    ("揽", ShipmentStatus.PICKED_UP),
    ("派送", ShipmentStatus.OUT_FOR_DELIVERY),
    ("派件", ShipmentStatus.OUT_FOR_DELIVERY),
    ("运输", ShipmentStatus.IN_TRANSIT),
)
_CODES = {6020: ShipmentStatus.IN_TRANSIT}


def read_product(item: ItemPayload, skus: Sequence[SkuPayload], *, shop_id: str, raw: Json) -> Product:
    """A product with its SKUs; it is listed while one of them can be bought."""
    says = [sku.buyable for sku in skus if sku.buyable is not None]
    status = ProductStatus.UNKNOWN
    if says:
        status = ProductStatus.LISTED if any(says) else ProductStatus.DELISTED
    try:
        return Product(
            platform=PLATFORM,
            shop_id=shop_id,
            product_id=item.id,
            title=item.name,
            status=status,
            skus=tuple(map(_sku, skus)),
            merchant_product=item.article_no,
            brand_id=item.brand_id,
            category_ids=(item.category_id,) if item.category_id else (),
            image_urls=item.images,
            updated_at=moment(item.update_time),
            raw=raw,
        )
    except ValidationError as error:
        failure = error
    problems = payload_problems(failure, prefix="itemInfo")
    raise PayloadError(kind="product", problems=problems, ref=item.id, payload=raw)


def _sku(sku: SkuPayload) -> Sku:
    return Sku(
        sku_id=sku.id,
        merchant_sku=sku.erp_code,
        barcode=sku.barcode,
        attributes=tuple((variant.name, variant.value) for variant in sku.variants),
        price=Money(sku.price, "CNY"),
        list_price=Money(sku.original_price, "CNY") if sku.original_price else None,
        stock=sku.stock,
    )


def read_settlement(payload: Json, *, shop_id: str) -> Settlement:
    """One movement of finance.pageQueryTransaction; a refund goes out whatever its sign.

    Raises:
        PayloadError: with every bad path.
    """
    row = read(Transaction, payload, kind="settlement", prefix="transactions[]")
    refund = row.settle_biz_type == _REFUND
    fees = (
        ("commissionAmount", SettlementKind.PLATFORM_FEE, row.commission_amount),
        ("cpsAmount", SettlementKind.COMMISSION, row.cps_amount),
        ("payChannelAmount", SettlementKind.PLATFORM_FEE, row.pay_channel_amount),
    )
    out = refund or row.amount < 0
    try:
        return Settlement(
            platform=PLATFORM,
            shop_id=shop_id,
            settlement_id=row.transaction_id,
            kind=SettlementKind.REFUND if refund else SettlementKind.ORDER_INCOME,
            platform_kind=str(row.settle_biz_type),
            direction=FlowDirection.OUT if out else FlowDirection.IN,
            amount=Money(abs(row.amount), "CNY"),
            parts=tuple(
                SettlementPart(kind=kind, platform_kind=name, amount=Money(amount, "CNY"))
                for name, kind, amount in fees
                if amount
            ),
            at=from_millis(row.settled_time),
            order_id=row.package_id,
            aftersale_id=row.return_id,
            note=row.calculate_remark,
            raw=payload,
        )
    except ValidationError as error:
        failure = error
    problems = payload_problems(failure, prefix="transactions[]")
    raise PayloadError(kind="settlement", problems=problems, ref=row.transaction_id, payload=payload)


def read_trace(payload: Json, *, shop_id: str, order_id: str) -> tuple[ShipmentEvent, ...]:
    """What carriers told about the parcels of an order, oldest first; the platform's own stations are left out.

    Raises:
        PayloadError: with every bad path; ``eventAt`` is ``yyyy-MM-dd HH:mm:ss`` in Beijing.
    """
    tracks = read(Tracks, payload, kind="trace", ref=order_id).order_track_infos
    problems: list[Problem] = []
    events = list(_events(tracks, problems, shop_id=shop_id, order_id=order_id))
    if problems:
        raise PayloadError(kind="trace", problems=problems, ref=order_id, payload=payload)
    return tuple(sorted(events, key=lambda event: event.at))


def _events(
    tracks: Iterable[Track], problems: list[Problem], *, shop_id: str, order_id: str
) -> Iterator[ShipmentEvent]:
    for place, track in enumerate(tracks):
        if not track.express_no:
            continue
        for number, record in enumerate(track.records):
            if record.node_id not in {0, _CARRIER_NODE}:
                continue
            try:
                yield ShipmentEvent(
                    platform=PLATFORM,
                    shop_id=shop_id,
                    order_id=order_id,
                    waybill_id=track.express_no,
                    carrier_code=track.express_company_code,
                    carrier_name=track.express_company_name,
                    status=_status(record),
                    platform_status=str(record.tracking_status or record.tracking_status_desc),
                    at=_beijing(record.event_at),
                    place=_place(record),
                    text=record.event_desc,
                    raw=_raw(record),
                )
            except ValueError:  # of the time; a ValidationError is one, too
                path = f"orderTrackInfos[{place}].records[{number}].eventAt"
                problems.append(Problem(path, "is no time", "yyyy-MM-dd HH:mm:ss"))


def _beijing(text: str) -> datetime:
    return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=BUSINESS_ZONE)


def _status(record: TrackRecord) -> ShipmentStatus:
    for text in (record.tracking_status_desc, record.event_desc):
        for word, status in _WORDS:
            if word in text:
                return status
    return _CODES.get(record.tracking_status, ShipmentStatus.UNKNOWN)


def _place(record: TrackRecord) -> str:
    if record.location is None:
        return ""
    names = dict.fromkeys((record.location.province_name, record.location.city_name))
    return " ".join(filter(None, names))


def _raw(record: TrackRecord) -> dict[str, Any]:
    return record.model_dump(mode="json", by_alias=True)
