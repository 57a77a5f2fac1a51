"""Envelopes, codes, traps: what an answer means, and what is refused before it is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import (
    ArgumentError,
    AuthenticationFailed,
    AuthorizationRevoked,
    PermissionDenied,
    PlatformUnavailable,
    ProtocolViolation,
    RateLimited,
    RequestRejected,
)
from privdomain.platforms import Fault, HttpResponse, Policy, Repeat
from privdomain.platforms.douyin import operations
from privdomain.platforms.douyin._dialect import DouyinDialect
from privdomain.platforms.douyin.errors import SUB_CODES, rule_of
from privdomain.platforms.douyin.operations import (
    AddStock,
    BatchDecrypt,
    Cipher,
    DouyinOperation,
    GetOrder,
    ListAccountItems,
    ListAfterSales,
    ListAllianceOrders,
    ListCarriers,
    MemberChange,
    SearchOrders,
    SendSms,
    SetStock,
    UpdateMembers,
)
from tests.platforms.douyin._box import HandClock

ORDER = GetOrder(shop_order_id="1")


def _dialect(**changes: Any) -> DouyinDialect:
    usual: dict[str, Any] = {
        "app_key": "3409", "app_secret": "s3cret", "shop_id": "4463798", "base_url": "https://x.example.com",
        "clock": HandClock(),
    }  # fmt: skip
    return DouyinDialect(**usual | changes)


def answer(envelope: Any, operation: Any = ORDER, *, status: int = 200) -> Any:
    body = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()
    return _dialect().answer(operation, HttpResponse(status, body), token="T0KEN")


@pytest.mark.parametrize(
    ("code", "sub_code", "kind", "policy"),
    [
        (20000, "isp.service-error", PlatformUnavailable, Policy.BACKOFF),
        (20000, "dop.service-error", PlatformUnavailable, Policy.BACKOFF),
        (20000, "isp.service-error:9999", PlatformUnavailable, Policy.BACKOFF),
        (20000, "isp.service-error:20004", PlatformUnavailable, Policy.BACKOFF),
        (20000, "isp.something-new", PlatformUnavailable, Policy.BACKOFF),
        (30001, "dop.no-permissions", PermissionDenied, Policy.NO),
        (30001, "isv.app-permissions-insufficient", PermissionDenied, Policy.NO),
        (30001, "dop.authorization-no-existed", AuthorizationRevoked, Policy.NO),
        (30001, "dop.authorization-closed", AuthorizationRevoked, Policy.NO),
        (30001, "dop.app-forbidden", PermissionDenied, Policy.NO),
        (30001, "", PermissionDenied, Policy.NO),
        (40001, "isv.parameter-missing", RequestRejected, Policy.NO),
        (40001, "isv.signature-missing", AuthenticationFailed, Policy.NO),
        (40003, "isv.parameter-invalid", RequestRejected, Policy.NO),
        (40003, "isv.signature-invalid", AuthenticationFailed, Policy.NO),
        (40003, "isv.app-id-invalid", AuthenticationFailed, Policy.NO),
        (40003, "isv.timestamp-invalid", AuthenticationFailed, Policy.NO),
        (40003, "isv.access-token-expired", AuthenticationFailed, Policy.TOKEN),
        (40003, "isv.access-token-no-existed", AuthenticationFailed, Policy.TOKEN),
        (40003, "isv.access-token-invalid", AuthenticationFailed, Policy.TOKEN),
        (40004, "isv.parameter-invalid:20013", RequestRejected, Policy.NO),
        (40004, "isv.parameter-invalid:1", RequestRejected, Policy.NO),
        (50001, "dop.token-generate-failed:app-secret-invalid", AuthenticationFailed, Policy.NO),
        (50001, "dop.token-generate-failed:code-expired", AuthenticationFailed, Policy.NO),
        (50001, "dop.token-generate-failed:token-expired", AuthorizationRevoked, Policy.NO),
        (50001, "dop.token-generate-failed:token-invalid", AuthorizationRevoked, Policy.NO),
        (50001, "dop.token-generate-failed:no-authorization", AuthorizationRevoked, Policy.NO),
        (50002, "isv.business-failed:12345", RequestRejected, Policy.NO),
        (50002, "isv.business-failed:628145015", PlatformUnavailable, Policy.BACKOFF),
        (50002, "isv.parameter-invalid:628145003", RequestRejected, Policy.NO),
        (60000, "isv.traffic-limited", RateLimited, Policy.BACKOFF),
        (60000, "isp.traffic-limited", RateLimited, Policy.BACKOFF),
        (60000, "isv.business-failed:628002006", RateLimited, Policy.BACKOFF),
        (60000, "", RateLimited, Policy.BACKOFF),
        (70000, "isp.api-service-off", RequestRejected, Policy.NO),
        (90000, "isv.env-suspected", PermissionDenied, Policy.NO),
        (90000, "dop.unknown-error", PlatformUnavailable, Policy.BACKOFF),
        (12345, "isv.never-heard-of", RequestRejected, Policy.NO),
    ],
)
def test_every_code_of_the_table(code: int, sub_code: str, kind: type, policy: Policy) -> None:
    """A3: by sub code, then by its prefix, then by code; both are kept, and the log id is what support asks for."""

    fault = answer(
        {
            "code": code,
            "sub_code": sub_code,
            "msg": "m",
            "sub_msg": "T0KEN s3cret 13800000000",
            "log_id": "L1",
            "data": None,
        }
    )
    assert (fault.kind, fault.policy) == (kind, policy)
    assert (fault.code, fault.sub_code, fault.request_id) == (str(code), sub_code, "L1")
    assert fault.said == "*** *** ***"
    error = fault.to_error(platform="douyin", what="GetOrder", attempts=1)
    assert error.sub_code == sub_code and error.request_id == "L1"


def test_code_decides_and_not_err_no() -> None:
    """Trap 5: err_no is 0 or not there, and the call failed all the same."""

    assert isinstance(answer({"code": 40003, "err_no": 0, "message": "success", "data": {}}), Fault)
    assert answer({"code": "10000", "err_no": 5, "data": {"a": 1}}) == {"a": 1}
    assert isinstance(answer({"err_no": 0, "data": {}}), Fault)


@pytest.mark.parametrize(
    ("data", "expected"),
    [({"a": 1}, {"a": 1}), ([1], {"data": [1]}), (None, {}), ("", {}), ([], {"data": []})],
)
def test_the_forms_of_data(data: Any, expected: Any) -> None:
    """An object, a bare list, nothing."""

    assert answer({"code": 10000, "data": data}, ListCarriers()) == expected


def test_a_second_code_inside() -> None:
    """order.getShopAccountItem says 100000 for success, sms.send 0."""

    items = ListAccountItems(start_time="2026-11-01 00:00:00", end_time="2026-11-02 00:00:00")
    assert answer({"code": 10000, "data": {"code": "100000", "data": []}}, items)["data"] == []
    failed = answer({"code": 10000, "data": {"code": "100004", "code_msg": "超时"}, "log_id": "L"}, items)
    assert (failed.sub_code, failed.said, failed.request_id, failed.kind) == (
        "100004",
        "超时",
        "L",
        RequestRejected,
    )
    sms = SendSms(sms_account="a", sign="s", template_id="t", template_param="{}", post_tel="1")
    assert answer({"code": 10000, "data": {"code": 0, "message_id": "m"}}, sms)["message_id"] == "m"
    assert answer({"code": 10000, "data": {"code": 5, "message": "no"}}, sms).sub_code == "5"


def test_items_that_failed_stand_beside_those_that_did_not() -> None:
    """300008: each text says itself what became of it."""

    decrypt = BatchDecrypt(cipher_infos=(Cipher(auth_id="1", cipher_text="#"),), account_id="a")
    partly = {"code": 50002, "sub_code": "isv.business-failed:300008", "data": {"decrypt_infos": []}}
    assert answer(partly, decrypt) == {"decrypt_infos": []}
    assert isinstance(answer(partly | {"data": None}, decrypt), Fault)
    assert isinstance(answer(partly), Fault)


def test_a_change_that_was_made_is_done() -> None:
    """isv.idempotent-id-existed, for what carries such an id and for nothing else."""

    existed = {"code": 40003, "sub_code": "isv.idempotent-id-existed", "data": None}
    assert answer(existed, AddStock(sku_id=1, stock_num=1, idempotent_id="i")) == {}
    assert isinstance(answer(existed, SetStock(sku_id=1, stock_num=1)), Fault)


@pytest.mark.parametrize(
    ("status", "body", "kind", "policy"),
    [
        (502, b"<html>", PlatformUnavailable, Policy.BACKOFF),
        (429, b"", RateLimited, Policy.BACKOFF),
        (414, b"", ProtocolViolation, Policy.NO),
        (200, b"<html>", ProtocolViolation, Policy.BACKOFF),
        (200, b"[]", ProtocolViolation, Policy.BACKOFF),
        (200, b"", ProtocolViolation, Policy.BACKOFF),
    ],
)
def test_what_is_no_envelope(status: int, body: bytes, kind: type, policy: Policy) -> None:
    """A proxy, a breakdown."""

    fault = answer(body, status=status)
    assert (fault.kind, fault.policy) == (kind, policy)


@given(
    st.binary(max_size=80)
    | st.dictionaries(st.text(), st.text() | st.integers()).map(lambda value: json.dumps(value).encode())
)
def test_no_answer_breaks_anything(body: bytes) -> None:
    """Law: a payload or a fault."""

    assert isinstance(answer(body), (dict, Fault))


@pytest.mark.parametrize(
    ("operation", "fields", "words"),
    [
        (
            SearchOrders,
            {"update_time_start": 1_793_462_400_000, "update_time_end": 1_793_462_500_000},
            "milliseconds",
        ),
        (SearchOrders, {}, "no time range"),
        (SearchOrders, {"update_time_start": 1}, "half of a time range"),
        (SearchOrders, {"create_time_start": 5, "create_time_end": 5}, "differ"),
        (SearchOrders, {"create_time_start": 1, "create_time_end": 5, "size": 101}, "size"),
        (SearchOrders, {"create_time_start": 1, "create_time_end": 5, "page_number": -1}, "page_number"),
        (
            SearchOrders,
            {"create_time_start": 1, "create_time_end": 5, "combine_status": ({}, {})},
            "combine_status",
        ),
        (ListAfterSales, {"update_start_time": 1, "update_end_time": 5}, "order_by"),
        (ListAllianceOrders, {}, "neither a whole range nor order_ids"),
        (ListAllianceOrders, {"order_ids": ",".join(map(str, range(21)))}, "more than 20"),
        (
            UpdateMembers,
            {"app_id": 1, "member_info_list": tuple(MemberChange(open_id=str(n)) for n in range(6))},
            "member_info_list",
        ),
        (SetStock, {"sku_id": 1, "stock_num": 1, "incremental": True}, "AddStock"),
        (AddStock, {"sku_id": 1, "stock_num": 1}, "idempotent_id"),
        (AddStock, {"sku_id": 1, "stock_num": 1, "idempotent_id": ""}, "idempotent_id"),
        (
            BatchDecrypt,
            {
                "cipher_infos": tuple(Cipher(auth_id="1", cipher_text="#") for _ in range(51)),
                "account_id": "a",
            },
            "cipher_infos",
        ),
    ],
)
def test_what_the_platform_would_refuse_or_misread_is_never_sent(
    operation: Any, fields: Any, words: str
) -> None:
    """Traps 4, 6 and 9, and every limit of a batch."""

    with pytest.raises(ArgumentError, match=words):
        operation(**fields)


def test_page_bases_differ() -> None:
    """Trap 4: orders and cases count from 0, products from 1."""

    assert (operations.SearchOrders.paging.first, operations.ListAfterSales.paging.first) == (0, 0)
    assert operations.ListProducts.paging.first == 1
    assert "page_number" in operations.ListMembers.model_fields and operations.ListMembers.unconfirmed


def test_spelled_as_the_platform_spells_it() -> None:
    """conpon_name, pointCent, page."""

    dump = lambda operation: operation.model_dump(exclude_none=True, by_alias=True)  # noqa: E731
    assert "conpon_name" in dump(operations.ListShopCoupons(coupon_name="x"))
    changed = dump(UpdateMembers(app_id=1, member_info_list=(MemberChange(open_id="o", point_cent=-111),)))
    assert changed["member_info_list"][0] == {"open_id": "o", "pointCent": -111}
    assert dump(SearchOrders(create_time_start=1, create_time_end=2))["page"] == 0


CLASSES = [
    found
    for name in operations.__all__
    if isinstance(found := getattr(operations, name), type) and issubclass(found, DouyinOperation) and found is not DouyinOperation
]  # fmt: skip


@pytest.mark.parametrize("operation", CLASSES)
def test_every_operation_is_documented(operation: type[DouyinOperation[Any]]) -> None:
    """Where it is described, when that was read, what it answers; and which of them may never be repeated."""

    assert "2026-11-24" in operation.page and operation.path.startswith("/")
    assert operation.reply.__doc__ and operation.__doc__
    never = {
        "ShipOrder",
        "UpdateOrderAmount",
        "CancelOrder",
        "ModifyAddress",
        "ConfirmAddress",
        "OperateAfterSale",
        "SendSms",
        "BatchSendSms",
        "ExchangeCode",
    }
    assert (operation.repeat == Repeat.NEVER) == (operation.__name__ in never)


def test_every_rule_can_be_found() -> None:
    """No sub code is shadowed by another."""

    for sub_code, rule in SUB_CODES.rules.items():
        assert rule_of("50002", sub_code) == rule
