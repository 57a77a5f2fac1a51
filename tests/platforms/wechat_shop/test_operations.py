"""The endpoints of 微信小店: what each class says of itself, what it sends, and the quirks of what comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from privdomain.errors import ArgumentError, Unconfirmed
from privdomain.platforms import HttpRequest, HttpResponse, Operation, Repeat
from privdomain.platforms.wechat_shop import (
    AddLeagueItems,
    ChangeStock,
    CouponDiscount,
    CouponPromotion,
    CouponReceive,
    CouponValidity,
    CreateAfterSale,
    CreateCoupon,
    CreatePresentOrder,
    DecodeSensitive,
    GetAfterSale,
    GetComplaint,
    GetCoupon,
    GetLiveData,
    GetMember,
    GetMemberScore,
    GetShopLink,
    GetWeComId,
    IncreaseScore,
    LeagueItem,
    ListCoupons,
    ListDashboardLives,
    ListLeagueItems,
    ListLeaguePromoters,
    ListMembers,
    ListPresents,
    ListReceiverOrders,
    ListScoreFlow,
    ListSharerOrders,
    ListUserCoupons,
    OrderSearch,
    SearchOrders,
    SendDelivery,
    SetStock,
    WeChatShop,
)
from privdomain.platforms.wechat_shop import operations as door
from privdomain.platforms.wechat_shop._capabilities import UNCONFIRMED
from privdomain.platforms.wechat_shop.errors import NOT_A_MEMBER
from tests.platforms._scripted import options

OPERATIONS = {
    name: found
    for name in door.__all__
    if isinstance(found := getattr(door, name), type) and issubclass(found, Operation)
}


def shop_saying(*answers: dict[str, Any], **changes: Any) -> tuple[WeChatShop, list[dict[str, Any]]]:
    """A client that is given these answers, and the bodies it sent."""
    rest = list(answers)
    bodies: list[dict[str, Any]] = []

    def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/stable_token"):
            return HttpResponse.of_json({"access_token": "T", "expires_in": 7200})
        bodies.append({"path": request.url.partition(".com")[2], **json.loads(request.body)})
        return HttpResponse.of_json({"errcode": 0, "errmsg": "ok", **rest.pop(0)})

    return WeChatShop(transport=server, **options(**changes)), bodies


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_where_it_comes_from(name: str) -> None:
    """Path, page with the date it was read, and a first line in the docstring that is its own."""

    operation = OPERATIONS[name]
    assert operation.path.startswith(("/channels/", "/cgi-bin/"))
    assert operation.page.startswith("https://developers.weixin.qq.com/doc/")
    assert operation.page.endswith("(read 2026-11-24)")
    assert isinstance(operation.repeat, Repeat)
    assert operation.__doc__
    assert operation.__doc__ != Operation.__doc__


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_page_is_as_long_as_the_platform_allows_and_no_longer(name: str) -> None:
    """The default page is the longest; one more is refused before it is sent."""

    operation = OPERATIONS[name]
    most = operation.limits.page_size
    if most is None:
        return
    assert operation.model_fields["page_size"].default == most
    needed = {"openid": "o", "search_condition": OrderSearch(title="t"), "type": 1}
    fields = {field: needed[field] for field, info in operation.model_fields.items() if info.is_required()}
    operation(**fields, page_size=most)
    with pytest.raises(ArgumentError, match="page_size"):
        operation(**fields, page_size=most + 1)


def test_what_nobody_confirms_is_known_by_name() -> None:
    """The set that ``accept_unconfirmed`` is checked against, and the classes, say the same."""

    assert {name for name, operation in OPERATIONS.items() if operation.unconfirmed} == UNCONFIRMED


WRITES_ONCE = {
    "AcceptAddressChange", "AcceptAfterSale", "AcceptExchangeReship", "AddComplaintMaterial", "AddComplaintProof",
    "AddLeagueItems", "AddPresentNote", "ApplyVirtualNumber", "BindSharer", "ChangePrice", "ChangeStock",
    "CompensateDelivery", "CreateCoupon", "DecodeSensitive", "ExtendVirtualNumber", "OfferAfterSale",
    "RefundPriceDifference", "RejectAddressChange", "RejectAfterSale", "RejectExchangeReship", "SendDelivery",
    "UploadRefundCertificate",
}  # fmt: skip
WITH_KEY = {
    "CreateAfterSale": "request_id", "CreatePresentOrder": "idempotent_id", "DecreaseScore": "request_id",
    "IncreaseScore": "request_id",
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_may_be_repeated(name: str) -> None:
    """Everything else only reads, or writes what is the same the second time."""

    repeat = OPERATIONS[name].repeat
    if name in WRITES_ONCE:
        assert repeat == Repeat.NEVER
    elif name in WITH_KEY:
        assert repeat == Repeat.WITH_KEY(WITH_KEY[name])
    else:
        assert repeat == Repeat.ALWAYS


@pytest.mark.parametrize(
    ("operation", "fields", "wrong"),
    [
        (GetAfterSale, {"after_sale_order_id": 2000001075093094}, "after_sale_order_id"),
        (ListSharerOrders, {"openid": 1}, "openid"),
        (SetStock, {"product_id": "1", "sku_id": "2", "num": -1}, "num"),
        (SetStock, {"product_id": "1", "sku_id": "2", "num": 1, "diff_type": 1}, "diff_type"),
        (ChangeStock, {"product_id": "1", "sku_id": "2", "num": 1, "diff_type": 3}, "diff_type"),
        (ChangeStock, {"product_id": "1", "sku_id": "2", "num": 0, "diff_type": 1}, "num"),
        (SendDelivery, {"order_id": "1", "delivery_list": ()}, "delivery_list"),
        (ListDashboardLives, {"ds": 20261111}, "ds"),
        (ListDashboardLives, {"ds": "2026-11-11"}, "ds"),
        (IncreaseScore, {"openid": "o", "score": 100, "remark": "", "request_id": "r"}, "score"),
        (CouponDiscount, {"discount_num": 510}, "discount_num"),
        (LeagueItem, {"product_id": "1", "ratio": 100_000}, "ratio"),
        (OrderSearch, {}, "searches by nothing"),
        (OrderSearch, {"tel_number": "13800000000"}, "tel_number"),
    ],
)
def test_what_the_platform_would_refuse_is_refused_here(
    operation: type, fields: dict[str, Any], wrong: str
) -> None:
    """Complaints 14 and 16 (ids are text), and units: 折 × 1000, percent, text where the platform wants text."""

    with pytest.raises(ArgumentError, match=wrong):
        operation(**fields)


def test_who_is_searched_for_is_not_shown() -> None:
    """Names and numbers are nobody's business in a log."""

    shown = repr(OrderSearch(user_name="李四", tel_number_last4="0000"))
    assert "李四" not in shown
    assert "0000" not in shown


@pytest.mark.parametrize("key", ["orders", "order_id_list"])
def test_a_search_is_answered_under_one_of_two_names(key: str) -> None:
    """§4.2: the sample has one, the field table the other; paging works with both."""

    pages = [
        {key: ["1", 3705115058471208929], "has_more": True, "next_key": "k"},
        {key: ["2"], "has_more": False, "next_key": "k2"},
    ]
    shop, bodies = shop_saying(*pages)
    replies = list(shop.replies(SearchOrders(search_condition=OrderSearch(title="龙井"), status=20)))

    assert [reply.ids for reply in replies] == [("1", "3705115058471208929"), ("2",)]
    assert [body["next_key"] for body in bodies] == ["", "k"]
    assert bodies[0]["search_condition"] == {"title": "龙井"}


def test_gift_lists_end_at_an_empty_key() -> None:
    """§5: there is no has_more in them."""

    pages = [
        {"present_order_list": [{"present_order_id": 3705115058471208929}], "next_key": "k"},
        {"present_order_list": [], "next_key": "k2"},
    ]
    shop, _ = shop_saying(*pages)
    [first, last] = shop.replies(ListPresents())
    assert first.present_order_list[0].present_order_id == "3705115058471208929"
    assert last.present_order_list == ()

    shop, bodies = shop_saying({"order_list": [{"present_order_id": "1", "order_id": "2"}], "next_key": ""})
    assert [reply.order_list[0].order_id for reply in shop.replies(ListReceiverOrders(openid="o"))] == ["2"]
    assert len(bodies) == 1


def test_a_gift_of_the_shop_is_made_once_per_key() -> None:
    """And without a key it may not be repeated."""

    fields = {
        "activity_id": "a", "openid": "o", "shop_appid": "wx", "wishmessage": "", "product_id": "1", "sku_id": "2",
    }  # fmt: skip
    assert not CreatePresentOrder.repeat.allows(CreatePresentOrder(**fields))
    assert CreatePresentOrder.repeat.allows(CreatePresentOrder(**fields, idempotent_id="i"))


def test_coupons() -> None:
    """§8: 5.1 折 is 5100; what the platform calls issued is what is left; pages need their context and a number."""

    shop, bodies = shop_saying(
        {"data": {"coupon_id": 1}},
        {"coupon": {"coupon_id": "1", "status": 2, "stock_info": {"issued_num": 7, "receive_num": 3}}},
        {"coupons": [{"coupon_id": "1"}], "total_num": 2, "page_ctx": "c"},
        {"coupons": [{"coupon_id": "2"}], "total_num": 2, "page_ctx": ""},
        {"user_coupon_list": [{"user_coupon_id": 9, "coupon_id": 1}], "total_num": 1, "page_ctx": ""},
    )
    made = shop.send(
        CreateCoupon(
            type=1,
            name="双十一",
            discount_info=CouponDiscount(discount_num=5100),
            promote_info=CouponPromotion(promote_type=1),
            receive_info=CouponReceive(start_time=1, end_time=2, limit_num_one_person=1, total_num=10),
            valid_info=CouponValidity(valid_type=2, valid_day_num=7),
        )
    )
    assert made.data.coupon_id == "1"
    assert bodies[0]["discount_info"] == {"discount_num": 5100}
    assert shop.send(GetCoupon(coupon_id="1")).coupon.stock_info.issued_num == 7
    assert [reply.coupons[0].coupon_id for reply in shop.replies(ListCoupons())] == ["1", "2"]
    assert [(body["page"], body["page_ctx"]) for body in bodies[2:]] == [(1, ""), (2, "c")]
    [mine] = shop.replies(ListUserCoupons(openid="o"))
    assert mine.user_coupon_list[0].user_coupon_id == "9"


def test_members() -> None:
    """§9: a score is text, a list is called ``list``, and pages count from 1."""

    shop, bodies = shop_saying(
        {"info": {"openid": "o", "user_grade_info": {"grade": 10, "experience_value": 5}}},
        {"info": {"score": "100"}},
        {"list": [{"openid": "a"}, {"openid": "b"}], "total_num": 3},
        {"list": [{"openid": "c"}], "total_num": 3},
        {"list": [{"score": -5, "source": 1, "remark": "兑换"}], "total_num": 1},
    )
    assert shop.send(GetMember(openid="o")).info.user_grade_info.grade == 10
    assert shop.send(GetMemberScore(openid="o")).info.score == 100
    assert [len(reply.members) for reply in shop.replies(ListMembers(page_size=2))] == [2, 1]
    assert [body["page_num"] for body in bodies[2:4]] == [1, 2]
    assert [
        record.score for reply in shop.replies(ListScoreFlow(openid="o")) for record in reply.records
    ] == [-5]
    assert NOT_A_MEMBER == "10100003"


def test_calls_of_the_old_member_system_are_tried_only_when_asked_for() -> None:
    """Said before anything is sent; accepted by name they are sent."""

    wish = IncreaseScore(openid="o", score="100", remark="签到", request_id="r")
    shop, bodies = shop_saying({})
    with pytest.raises(Unconfirmed, match="accept_unconfirmed=\\('IncreaseScore',\\)"):
        shop.send(wish)
    assert bodies == []

    shop, bodies = shop_saying({}, accept_unconfirmed=("IncreaseScore",))
    shop.send(wish)
    assert bodies[0]["score"] == "100"


def test_the_league() -> None:
    """§11.1: percent, a buffer for paging, both kinds of talent ids, and a success that holds failures."""

    shop, bodies = shop_saying(
        {"items": [{"product_id": 1, "info_id": 0}], "last_buffer": "b", "has_more": True},
        {"items": [{"product_id": 2, "info_id": 7}], "last_buffer": "c", "has_more": False},
        {"result_info_list": [{"errcode": 10023104, "errmsg": "x", "product_id": 1}]},
        {"finder_ids": ["sph1"], "total_num": 2},
        {"promoter_ids": ["p2"], "finder_ids": ["sph2"], "total_num": 2},
    )
    items = [item for reply in shop.replies(ListLeagueItems(type=1)) for item in reply.items]
    assert [(item.product_id, item.info_id) for item in items] == [("1", ""), ("2", "7")]
    assert [body["last_buffer"] for body in bodies] == ["", "b"]
    [added] = shop.send(
        AddLeagueItems(type=1, items=(LeagueItem(product_id="1", ratio=10),))
    ).result_info_list
    assert added.errcode == 10023104
    assert bodies[2]["list"] == [{"product_id": "1", "ratio": 10}]
    talents = shop.replies(ListLeaguePromoters(page_size=1))
    assert [reply.ids for reply in talents] == [("sph1",), ("p2",)]


def test_a_complaint_is_read_flat_and_nested() -> None:
    """§6.4: a status that nobody explains stays a number, and so does an item of an unknown type."""

    entry = {"item_type": 999, "time": 1_700_000_000, "refund_amount": 100}
    told = {"order_id": 1, "complaint_id": 2, "status": 100, "history": [entry]}
    shop, _ = shop_saying(told, {"complaint_order": told})
    for reply in (shop.send(GetComplaint(complaint_id="2")), shop.send(GetComplaint(complaint_id="2"))):
        assert (reply.complaint.order_id, reply.complaint.status) == ("1", 100)
        assert reply.complaint.history[0].item_type == 999


def test_links_for_wecom() -> None:
    """§12.3: the corporation's and the member's id first, then a link that carries both."""

    shop, bodies = shop_saying(
        {"data": {"wecom_corp_id": "c", "wecom_user_id": "u"}}, {"h5url": "https://channels.weixin.qq.com/x"}
    )
    ids = shop.send(GetWeComId(corp_id="ww1", user_id="zhang")).data
    link = shop.send(
        GetShopLink(product_id="1", wecom_corp_id=ids.wecom_corp_id, wecom_user_id=ids.wecom_user_id)
    )
    assert link.model_extra == {"errcode": 0, "errmsg": "ok", "h5url": "https://channels.weixin.qq.com/x"}
    assert bodies[1]["wecom_user_id"] == "u"


def test_the_dashboard_is_not_under_ec() -> None:
    """§12.1: another base path, a day as text, and JSON inside of texts, which is kept."""

    shop, bodies = shop_saying(
        {"live_items": [{"export_id": "export/UzFf", "create_time": 1}], "has_more": False},
        {"live_dashboard_data": '{"gmv":"12"}'},
    )
    [live] = shop.send(ListDashboardLives(ds="20261111")).live_items
    data = shop.send(GetLiveData(export_id=live.export_id))
    assert bodies[0]["path"] == "/channels/livedashboard/getlivelist"
    assert (data.model_extra or {})["live_dashboard_data"] == '{"gmv":"12"}'


def test_the_receiver_in_a_reply_is_not_shown() -> None:
    """A decoded answer's repr names fields and shows none."""

    shop, _ = shop_saying({"address_info": {"user_name": "王五", "tel_number": "10012345678"}})
    assert "王五" not in repr(shop.send(DecodeSensitive(order_id="1")))


def test_a_key_makes_opening_a_case_repeatable() -> None:
    """§6.3: request_id is the platform's idempotency field; it cannot be left out."""

    with pytest.raises(ArgumentError, match="request_id"):
        CreateAfterSale(
            order_id="1", product_id="1", sku_id="1", count=1, amount=1, reason="10000000", type="REFUND"
        )
