"""The recorded vectors of douyin.md A12, by their numbers there."""

from __future__ import annotations

APP_KEY = "3409409348479354011"
APP_SECRET = "2ad2355c-01d0-11f8-91dc-05a8cd1054b1"
TIMESTAMP = "1700090000"

VECTOR_2 = (
    '{"create_time_end":1700086400,"create_time_start":1700000000,"order_asc":true,"order_by":"update_time",'
    '"page":0,"size":10}'
)
VECTOR_4 = r'{"a":"😀 \u2028 tab\t","b":{"a":[{"x":"中文&<>/\"\\","y":2},3],"z":1}}'

CALLS = [
    # number, method, param_json, hmac-sha256, md5
    (1, "order.searchList", "{}", "18058e7c5c2c61e90f022eb15151498acb66f7672e91a1b71553509b80256508", "6b4fac16027dc604791d1276b27cc4df"),
    (2, "order.searchList", VECTOR_2, "fa8115a0a1d16e4f3c2739e02daff372907ec97065f698a83b9bd4fb5409b905", "445b78e03641ec54e89a1a5edcb8d38e"),
    (3, "order.searchList", '{"shop_order_id":"4933609365066313446"}', "8a88645cedb67860ae620c845b47c58777b15ba03ac63ef1fc6884c62126d234", "6b2317ec20fb16129e1781d03c83ef0a"),
    (4, "order.searchList", VECTOR_4, "d546c3658dd62b8ae5892d551e20ea774090fa240111e443d43ba7ec5dfbee9e", "2ce25ab0bf05c6f23113d88f027c7e3b"),
    (5, "product.editV2", '{"big":4933609365066313446,"large":123456789012,"price":1,"rate":1.5,"small":0.000001}', "46df709e76f4a53fee30835880e6f9a86a864898fb6a54f971e975553180ee52", "f95300e3fd8ecda4aea11ed7d208c929"),
    (6, "order.searchList", '{"combine_status":[{"order_status":"2,3"}],"page":0,"size":10}', "16344f12fe597b5dfe9e8a1372a0c46b6fdb8f9150215db700f32b03c1a55aae", "2cad6799cf6b0e4235f53a239abdf48a"),
    (7, "token.create", '{"auth_id":null,"auth_subject_type":null,"code":"","grant_type":"authorization_self","shop_id":4463798}', "18179a8a143ecf60ea337fb9879da8bb2c8de7c6840cfbca85484d9f598062bf", "ff1a02d36503397f868d8874dda6cb84"),
    (8, "token.refresh", '{"grant_type":"refresh_token","refresh_token":"rt-0123456789"}', "7f56379c12a2d4e320eac2d6b322a18ee4b2d774da5311a5a2e7b69af8ba5db3", "9a4969da1d1274e6c8ffcd3fb7740d55"),
]  # fmt: skip

ESCAPED_4 = "3b5207df4187e4d3e5572f959e16ff3e25f507e4c7768532a74e5f04eb92ba92"
"""What a serializer that escapes all but ASCII signs for number 4: another text, another digest."""

VALUES = {
    1: {},
    2: {
        "size": 10, "page": 0, "order_by": "update_time", "order_asc": True, "create_time_start": 1700000000,
        "create_time_end": 1700086400,
    },
    3: {"shop_order_id": "4933609365066313446"},
    4: {"b": {"z": 1.0, "a": [{"y": 2, "x": '中文&<>/"\\'}, 3]}, "a": "😀 \u2028 tab\t"},
    5: {"small": 1e-6, "rate": 1.5, "price": 1.0, "large": 123456789012, "big": 4933609365066313446},
    6: {"size": 10, "page": 0, "combine_status": [{"order_status": "2,3"}]},
    7: {"shop_id": 4463798, "grant_type": "authorization_self", "code": "", "auth_subject_type": None, "auth_id": None},
    8: {"refresh_token": "rt-0123456789", "grant_type": "refresh_token"},
}  # fmt: skip
"""What each text is made of, in another order."""

SPI = [
    (1, "{}", "32987be504e04b52a9106678b6c06fe1", "339e77e34086a362ee8708ad6befab71ba6812c68d80d308494f9980bf4853bb"),
    (2, VECTOR_2, "89f7bda50b9d1277b6cf7c7724fabddb", "e0770f23aaabb9211fd41f20595ff98973caf74a46816e965808b500ee3c175a"),
]  # fmt: skip

EVENTS = [
    (
        r'[{"tag":"100","msg_id":"69473483482938749::100:1618990587:6837374","data":"{\"p_id\":12345,\"s_ids\":[12345],\"shop_id\":12345,\"order_status\":1,\"order_type\":0,\"create_time\":1618990587,\"biz\":2}"}]',
        "5f949105b92b3f3c2f936e68aaf08c6a",
    ),
    ('[{"tag":"0","msg_id":"0","data":"2024-01-01 00:00:00"}]', "012cf84c57f8cef7c6b1d24d8a0d0943"),
]  # fmt: skip
