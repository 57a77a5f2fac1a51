"""Mistakes that records catch when they are made: each with the sentence that says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from privdomain import Money, models
from privdomain.models import Buyer, Order, OrderLine, OrderStatus

AT = datetime(2026, 11, 11, tzinfo=UTC)
BEFORE = AT - timedelta(microseconds=1)
CNY, USD = Money.cny("10"), Money(1000, "USD")
KEY = {"kind": "openid", "value": "o1", "scope": "wx1"}


def line(**changes: Any) -> dict[str, Any]:
    return {
        "line_id": "1",
        "product_id": "p",
        "sku_id": "k",
        "quantity": 1,
        "unit_price": CNY,
        "paid": CNY,
    } | changes


def order(**changes: Any) -> dict[str, Any]:
    return {
        "platform": "own", "shop_id": "s", "order_id": "A1", "status": "paid", "created_at": AT, "updated_at": AT,
        "lines": [line()], "freight": Money.cny("0"), "total": CNY, "buyer": {"buyer_id": "b"},
    } | changes  # fmt: skip


def case(**changes: Any) -> dict[str, Any]:
    return {
        "platform": "own", "shop_id": "s", "aftersale_id": "r", "order_id": "A1", "type": "return_refund",
        "status": "completed", "created_at": AT, "updated_at": AT,
    } | changes  # fmt: skip


COMMISSION = {"alliance": "a", "row_id": "r", "order_id": "A1", "status": "paid", "updated_at": AT}
CUSTOMER = {"customer_id": "c1", "updated_at": AT}
CONSENT = {
    "consent_id": "k",
    "customer_id": "c",
    "purpose": "marketing",
    "decision": "granted",
    "text_version": "1",
    "at": AT,
}
MESSAGE = {
    "message_id": "m",
    "channel": "sms",
    "kind": "care",
    "purpose": "p",
    "customer_id": "c",
    "to": KEY,
    "text": "t",
}
SPEND = {
    "spend_id": "s",
    "channel": "c",
    "kind": "other",
    "amount": CNY,
    "starts_at": AT,
    "ends_at": AT + timedelta(days=1),
}
TAG = {"customer_id": "c", "tag_id": "t", "change": "added", "kind": "rule", "observed_at": AT, "at": AT}
VERDICT = {"subject_kind": "order", "subject_id": "A1", "action": "hold", "score": 0.5, "at": AT}
PAYOUT = {
    "request_id": "r",
    "payee_id": "p",
    "channel": "bank",
    "amount": CNY,
    "ground": "commission",
    "requested_at": AT,
}
REWARD = {"reward_id": "r", "customer_id": "c", "kind": "points", "quantity": 5, "ground": "g", "at": AT}
GENERATED = {"kind": "text", "text": "t", "generator": "template", "is_machine_made": False, "at": AT}
LIVE = {"platform": "p", "session_id": "l", "status": "live"}
PRODUCT = {"platform": "own", "shop_id": "s", "product_id": "p", "title": "t", "status": "listed"}
SKU = {"sku_id": "k", "price": CNY}
MERGED = {"survivor_id": "a", "merged_id": "b", "reason": "r", "actor": "x", "at": AT}
SETTLEMENT = {
    "platform": "p", "shop_id": "s", "settlement_id": "f", "kind": "refund", "direction": "out", "amount": CNY, "at": AT,
}  # fmt: skip

MISTAKES = [
    ("Order", order(total=Money(-1, "CNY")), "-0.01 CNY is negative"),
    ("Order", order(freight=Money(-1, "CNY")), "negative"),
    ("Order", order(lines=[line(paid=Money(-1, "CNY"))]), "negative"),
    ("Order", order(total=USD), "freight is in CNY, the record in USD"),
    ("Order", order(lines=[line(paid=USD)]), r"lines\[0\].paid is in USD, the record in CNY"),
    ("Order", order(lines=[line(unit_price=USD)]), r"lines\[0\].unit_price is in USD"),
    ("Order", order(lines=[line(discounts=[{"payer": "shop", "amount": USD}])]), r"lines\[0\].discounts\[0\].amount"),
    ("Order", order(discounts=[{"payer": "shop", "amount": USD}]), r"discounts\[0\].amount is in USD"),
    ("Order", order(payments=[{"method": "x", "amount": USD}]), r"payments\[0\].amount is in USD"),
    ("Order", order(lines=[line(), line()]), r"lines\[1\] has the line_id of an earlier line"),
    ("Order", order(lines=[line(quantity=0)]), "greater than or equal to 1"),
    ("Order", order(order_id="A\x001"), "match pattern"),
    ("Order", order(order_id=""), "at least 1 character"),
    ("Discount", {"payer": "shop", "amount": Money(-5, "CNY")}, "negative"),
    ("AfterSale", case(completed_at=BEFORE), "completed_at .* lies before created_at"),
    ("AfterSale", case(requested=CNY, refunds=[{"amount": USD, "status": "pending"}]), r"refunds\[0\].amount is in USD"),
    ("AfterSale", case(exchange={"from_sku_id": "a", "to_sku_id": "b", "quantity": 1}), "exchange is given"),
    ("ReturnParcel", {"waybill_id": "w", "sent_at": AT, "received_at": BEFORE}, "received_at .* lies before sent_at"),
    ("CommissionOrder", {**COMMISSION, "base": CNY, "service_fee": USD}, "service_fee is in USD"),
    ("CommissionOrder", {**COMMISSION, "rate_bp": "-1"}, "greater than or equal to 0"),
    ("CommissionShare", {"party": "talent", "settled": Money(-1, "CNY")}, "negative"),
    ("Product", {**PRODUCT, "skus": [SKU, SKU]}, r"skus\[1\] has the sku_id of an earlier one"),
    ("Product", {**PRODUCT, "skus": [SKU, {"sku_id": "j", "price": USD}]}, r"skus\[1\].price is in USD"),
    ("Sku", {**SKU, "list_price": USD}, "list_price is in USD"),
    ("IdentityKey", {"kind": "phone_hash", "value": "13800138000"}, "looks like a phone number"),
    ("IdentityKey", {"kind": "phone_hash", "value": "+86 138-0013-8000"}, "looks like a phone number"),
    ("IdentityKey", {"kind": "openid", "value": ""}, "at least 1 character"),
    ("IdentityMerged", {**MERGED, "merged_id": "a"}, "same customer"),
    ("IdentitySplit", {"survivor_id": "a", "restored_id": "a", "reason": "r", "actor": "x", "at": AT}, "same customer"),
    ("Customer", {**CUSTOMER, "first_seen_at": AT + timedelta(days=1)}, "updated_at .* lies before first_seen_at"),
    ("Customer", {**CUSTOMER, "status": "merged"}, "names its survivor"),
    ("Customer", {**CUSTOMER, "merged_into": "c2"}, "names its survivor"),
    ("Customer", {**CUSTOMER, "status": "merged", "merged_into": "c1"}, "the customer itself"),
    ("Customer", {**CUSTOMER, "zone": "Asia/Shanghia"}, "no IANA time zone"),
    ("Customer", {**CUSTOMER, "zone": "../etc/passwd"}, "no IANA time zone"),
    ("Birthday", {"month": 2, "day": 30}, "no such day"),
    ("Birthday", {"year": 2023, "month": 2, "day": 29}, "no such day"),
    ("Birthday", {"month": 8, "day": 31, "calendar": "lunar"}, "at most 30 days"),
    ("Birthday", {"month": 8, "day": 1, "is_leap_month": True}, "lunar calendar"),
    ("Event", {"event_id": "e", "kind": "k", "at": AT}, "nobody did it"),
    ("Touchpoint", {"touchpoint_id": "t", "interaction": "scan", "channel": "c", "at": AT}, "nobody was met"),
    ("Message", {**MESSAGE, "not_before": AT, "expires_at": BEFORE}, "expires_at .* lies before not_before"),
    ("Message", {**MESSAGE, "text": ""}, "says nothing"),
    ("Message", {**MESSAGE, "fields": [("thing1", "x")]}, "template_id"),
    ("Consent", {**CONSENT, "text_version": ""}, "to which text"),
    ("Consent", {**CONSENT, "expires_at": BEFORE}, "expires_at .* lies before at"),
    ("Consent", {**CONSENT, "decision": "refused", "expires_at": AT}, "a refusal does not expire"),
    ("Consent", {**CONSENT, "given_by": "guardian"}, "guardian_id"),
    ("Consent", {**CONSENT, "guardian_id": "g"}, "guardian_id"),
    ("Settlement", {**SETTLEMENT, "balance": USD}, "balance is in USD"),
    ("Settlement", {**SETTLEMENT, "parts": [{"kind": "refund", "amount": USD}]}, r"parts\[0\].amount is in USD"),
    ("Settlement", {**SETTLEMENT, "amount": Money(-1, "CNY")}, "negative"),
    ("Spend", {**SPEND, "ends_at": AT}, "half-open"),
    ("Spend", {**SPEND, "amount": Money(-1, "CNY")}, "negative"),
    ("SegmentDelta", {"segment_id": "s", "customer_id": "c", "change": "entered", "base_at": AT, "computed_at": BEFORE},
     "computed_at .* lies before base_at"),
    ("TagDelta", {**TAG, "score": 0.5}, "belongs to a predicted tag"),
    ("TagDelta", {**TAG, "kind": "predicted", "score": float("nan")}, "score"),
    ("TagDelta", {**TAG, "kind": "predicted", "score": 1.5}, "less than or equal to 1"),
    ("TagDelta", {**TAG, "expires_at": BEFORE}, "expires_at .* lies before observed_at"),
    ("Verdict", VERDICT, "without a reason"),
    ("Verdict", {**VERDICT, "action": "deny"}, "without a reason"),
    ("LiveSession", {**LIVE, "started_at": AT, "ended_at": BEFORE}, "ended_at .* lies before started_at"),
    ("LiveSession", {**LIVE, "planned_start_at": AT, "planned_end_at": BEFORE}, "planned_end_at"),
    ("LiveFigures", {"at": AT, "viewers": -1}, "greater than or equal to 0"),
    ("ChannelCapabilities", {"channel": "c", "key_kinds": [], "repeat": "never"}, "at least 1 item"),
    ("ChannelCapabilities", {"channel": "c", "key_kinds": ["openid"], "repeat": "never",
                             "limits": [{"part": "text", "at_most": 1, "unit": "characters"}] * 2}, "names a part twice"),
    ("Payout", {**PAYOUT, "amount": Money.cny("0")}, "nothing to pay out"),
    ("Payout", {**PAYOUT, "fee": USD}, "fee is in USD"),
    ("Payout", {**PAYOUT, "fee": Money.cny("6"), "withheld": Money.cny("5")}, "more than the amount"),
    ("Payout", {**PAYOUT, "ground": ""}, "at least 1 character"),
    ("Generated", {**GENERATED, "data": b"x", "media_type": "image/png"}, "a text is in text"),
    ("Generated", {**GENERATED, "kind": "image"}, "give data or url"),
    ("Generated", {**GENERATED, "kind": "image", "data": b"x"}, "media_type"),
    ("Reward", {**REWARD, "quantity": None}, "a reward of points needs quantity"),
    ("Reward", {**REWARD, "kind": "cash"}, "a reward of cash needs amount"),
    ("Reward", {**REWARD, "amount": CNY}, "amount is for cash"),
    ("Reward", {**REWARD, "available_at": AT, "expires_at": BEFORE}, "expires_at"),
    ("Intention", {"kind": "send", "target": "t", "key": "k"}, "match pattern"),
    ("Intention", {"kind": "message.send/0", "target": "t", "key": "k"}, "match pattern"),
    ("Intention", {"kind": "message.send/1", "target": "t", "key": "k", "not_before": AT, "expires_at": BEFORE}, "expires_at"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "made", "said"), MISTAKES, ids=[f"{m}-{n}" for n, (m, *_) in enumerate(MISTAKES)]
)
def test_a_mistake_is_refused(model, made, said):
    """What cannot be true is refused at construction, with the place in the sentence."""
    with pytest.raises(ValidationError, match=said):
        getattr(models, model).model_validate(made)


GOOD = [
    ("Order", order()), ("AfterSale", case()), ("CommissionOrder", COMMISSION), ("Customer", CUSTOMER),
    ("Consent", CONSENT), ("Message", MESSAGE), ("Spend", SPEND), ("TagDelta", TAG), ("Payout", PAYOUT),
    ("Verdict", {**VERDICT, "action": "allow"}), ("Reward", REWARD), ("Generated", GENERATED), ("LiveSession", LIVE),
    ("Product", {**PRODUCT, "skus": [SKU]}), ("IdentityMerged", MERGED), ("Settlement", SETTLEMENT),
    ("Birthday", {"month": 2, "day": 29}), ("Birthday", {"month": 12, "day": 30, "calendar": "lunar"}),
    ("IdentityKey", {"kind": "masked_phone", "value": "138****8000"}),
    ("IdentityKey", {"kind": "phone_hash", "value": "9f86d081884c7d659a2feaa0c55ad015"}),
]  # fmt: skip


@pytest.mark.parametrize(("model", "made"), GOOD, ids=[f"{m}-{n}" for n, (m, _) in enumerate(GOOD)])
def test_the_same_without_the_mistake_is_taken(model, made):
    """Each mistake above is one change away from a record that is right."""
    getattr(models, model).model_validate(made)


def test_money_of_an_order():
    """Goods, reductions and version are computed in whole units."""
    bought = Order(
        platform="own", shop_id="s", order_id="A1", status=OrderStatus.PAID, created_at=AT,
        updated_at=AT + timedelta(microseconds=1), freight=Money.cny("5"), total=Money.cny("31"),
        buyer=Buyer(buyer_id="b"),
        lines=(
            OrderLine(line_id="1", product_id="p", sku_id="k", quantity=2, unit_price=CNY, paid=Money.cny("18"),
                      discounts=({"payer": "shop", "amount": Money.cny("2")},)),
            OrderLine(line_id="2", product_id="p", sku_id="j", quantity=1, unit_price=CNY, paid=Money.cny("8")),
        ),
        discounts=({"payer": "platform", "amount": Money.cny("2")},),
    )  # fmt: skip

    assert bought.goods_paid == Money.cny("26")
    assert bought.discounted == Money.cny("4")
    assert bought.version == 1_794_355_200_000_001


def test_what_was_really_refunded():
    """Only refunds that succeeded are money; an advance recovered from the shop reached the buyer, too."""
    refunds = [
        {"amount": Money.cny("9"), "status": "succeeded"}, {"amount": Money.cny("5"), "status": "failed"},
        {"amount": Money.cny("3"), "status": "recovered"}, {"amount": Money.cny("1"), "status": "processing"},
    ]  # fmt: skip
    refunded = models.AfterSale.model_validate(case(refunds=refunds))

    assert refunded.refunded("CNY") == Money.cny("12")
    assert models.AfterSale.model_validate(case()).refunded("CNY") == Money.cny("0")


def test_what_a_commission_came_to():
    """Later clawbacks and supplements count, with their sign; estimates do not."""
    row = models.CommissionOrder.model_validate(
        {
            **COMMISSION,
            "shares": [
                {"party": "talent", "estimated": Money.cny("20"), "settled": Money.cny("17.50")},
                {"party": "leader"},
            ],
            "adjustments": [{"at": AT, "amount": Money(-350, "CNY"), "reason": "refund"}],
        }
    )

    assert row.settled("CNY") == Money.cny("14")
    assert row.estimated("CNY") == Money.cny("20")


def test_sides_of_a_settlement():
    """An outflow counts against the shop."""
    assert models.Settlement.model_validate(SETTLEMENT).signed == Money.cny("-10")
    assert models.Settlement.model_validate({**SETTLEMENT, "direction": "in"}).signed == CNY


def test_unknown_words_of_a_platform_survive():
    """A status of next year is kept in the platform's own word, through JSON and back."""
    future = models.AfterSale.model_validate(
        case(type="unknown", platform_type="TRADE_IN", status="unknown", platform_status="DRONE_PICKUP")
    )
    again = models.AfterSale.model_validate_json(future.model_dump_json())

    assert (again.platform_type, again.platform_status) == ("TRADE_IN", "DRONE_PICKUP")


@pytest.mark.parametrize("kind", ["weibo_uid", "phone_hash", "某种钥匙"])
def test_open_words_stay_open(kind):
    """Kinds of keys, events and parties are not closed lists."""
    assert models.IdentityKey(kind=kind, value="k-1").kind == kind
    assert models.Event(event_id="e", kind=kind, at=AT, customer_id="c").kind == kind


def test_rates_are_exact():
    """A rate of a millionth is not rounded, and survives JSON."""
    row = models.CommissionOrder.model_validate({**COMMISSION, "rate_bp": "450.0001"})

    assert str(models.CommissionOrder.model_validate_json(row.model_dump_json()).rate_bp) == "450.0001"
