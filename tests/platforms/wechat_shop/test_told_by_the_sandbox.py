"""What happens in the emulated store is told by it, and taken by the webhook of a client."""

from __future__ import annotations

from typing import Any

from privdomain.models import NoticeKind, Parcel
from privdomain.platforms.wechat_shop import WebhookCredentials
from privdomain.sandbox import EmulatedWeChatShop, SoldStatus
from privdomain.sandbox.pushes import OutgoingCall
from tests.platforms.wechat_shop._box import ORDER, Hand, box_of, client_of, sale


def test_sales_shipments_and_cases_are_told() -> None:
    """By the test's hand and by calls alike; every call passes the webhook's checks and names its object."""
    hand = Hand()
    heard: list[OutgoingCall] = []
    with box_of(hand) as (box, platform):
        platform.on_push = heard.append
        desk = platform.pushes
        keys = WebhookCredentials(token=desk.token, encoding_aes_key=desk.encoding_aes_key)
        with client_of(box, hand, webhook=keys) as shop:
            platform.sell(sale(status=SoldStatus.PENDING_PAYMENT))
            platform.sell(sale())
            shop.ship(ORDER, parcels=[Parcel(carrier="sf", waybill_id="SF1")])
            platform.update_order(ORDER, is_present=False)
            case = platform.open_aftersale(ORDER)
            shop.agree_refund(case)
            platform.sell(sale(status=SoldStatus.COMPLETED))
            taken: list[Any] = [
                shop.webhook.receive(headers=dict(call.headers), query=dict(call.query), body=call.body)
                for call in heard
            ]
    assert [call.topic.removeprefix("channels_ec_") for call in heard] == [
        "order_new", "order_pay", "order_deliver", "order_ext_info_update",
        "aftersale_update", "aftersale_update", "order_confirm",
    ]  # fmt: skip
    notices = [notice for delivery in taken for notice in delivery.notices]
    assert [notice.ref for notice in notices] == [ORDER] * 4 + [case] * 2 + [ORDER]
    assert {notice.kind for notice in notices} == {NoticeKind.ORDER, NoticeKind.AFTERSALE}


def test_without_a_listener_nothing_is_written() -> None:
    """No nonce is drawn, so that pushes made by hand stay the same."""
    sold, untouched = EmulatedWeChatShop(clock=Hand()), EmulatedWeChatShop(clock=Hand())
    sold.sell(sale())
    sold.open_aftersale(ORDER)
    assert sold.pushes.order("e", ORDER) == untouched.pushes.order("e", ORDER)
