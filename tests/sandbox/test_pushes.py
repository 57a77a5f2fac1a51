"""What the emulated store pushes, read by nothing but the standard library; and the open platform's refusals."""

import base64
import hashlib
import json
import xml.etree.ElementTree as ET

import pytest

from privdomain.errors import ArgumentError
from privdomain.sandbox import EmulatedWeChatOpenPlatform, EmulatedWeChatShop, PushDesk, Request
from privdomain.sandbox._aes import decrypt_cbc
from privdomain.sandbox.wechat_shop import DEFAULT_AES_KEY, DEFAULT_PUSH_TOKEN

APP = "wx5a9d0b0c00000001"
ORDER = "3705115058471208928"


def signature(*parts):
    return hashlib.sha1("".join(sorted((DEFAULT_PUSH_TOKEN, *parts))).encode()).hexdigest()


def opened(encrypted):
    key = base64.b64decode(DEFAULT_AES_KEY + "=")
    text = decrypt_cbc(base64.b64decode(encrypted), key=key, iv=key[:16])
    assert 1 <= text[-1] <= 32
    text = text[: -text[-1]]
    length = int.from_bytes(text[16:20], "big")
    return text[20 : 20 + length], text[20 + length :].decode()


def desk(clock, **more):
    return PushDesk(app_id=APP, now=clock, **more)


@pytest.mark.parametrize("mode", ["plain", "compatible", "secure"])
def test_json_in_each_mode(clock, mode):
    """What is readable, what is encrypted, and what is signed."""
    call = desk(clock, mode=mode).order("channels_ec_order_new", ORDER)
    query, body = dict(call.query), json.loads(call.body)
    assert query["signature"] == signature(query["timestamp"], query["nonce"])
    assert query["timestamp"] == str(int(clock.at.timestamp()))
    inside = body
    if mode != "plain":
        assert query["encrypt_type"] == "aes"
        assert query["msg_signature"] == signature(query["timestamp"], query["nonce"], body["Encrypt"])
        message, receiver = opened(body["Encrypt"])
        assert receiver == APP
        inside = json.loads(message)
    assert ("Event" in body) is (mode != "secure")
    assert ("Encrypt" in body) is (mode != "plain")
    assert inside["Event"] == "channels_ec_order_new"
    assert inside["order_info"] == {"order_id": int(ORDER)}  # as the published sample, beyond 2^53


def test_xml_with_lists_and_what_cdata_cannot_hold(clock):
    """Repeated elements, and ``]]>`` inside a text."""
    call = desk(clock, form="xml", mode="plain").event("e", {"a": {"b": ["1", "2"]}, "c": "x]]>y", "n": 5})
    root = ET.fromstring(call.body)
    assert [item.text for item in root.findall("a/b")] == ["1", "2"]
    assert (root.findtext("c"), root.findtext("n")) == ("x]]>y", "5")
    assert dict(call.headers) == {"content-type": "text/xml"}


def test_types_are_as_unsteady_as_published(clock):
    """Text in one event, a number in the other; numbers written as text."""
    pushes = desk(clock, mode="plain")
    paid = json.loads(pushes.order("channels_ec_order_pay", ORDER, pay_time=17).body)
    assert paid["order_info"] == {"order_id": ORDER, "pay_time": "17"}
    case = json.loads(pushes.aftersale("2000", order_id=ORDER, status="USER_WAIT_RETURN").body)
    assert case["finder_shop_aftersale_status_update"]["after_sale_order_id"] == "2000"
    with pytest.raises(ArgumentError, match="digits"):
        pushes.order("channels_ec_order_pay", "no-digits")
    with pytest.raises(ArgumentError, match="43"):
        desk(clock, encoding_aes_key="short")


def test_the_same_seed_pushes_the_same_bytes(clock):
    """Nonces and the random head come from the seed."""
    one, two, other = (desk(clock, seed=seed).event("e") for seed in (1, 1, 2))
    assert (one.query, one.body) == (two.query, two.body)
    assert one.body != other.body


def test_a_shop_has_a_desk_and_tells_who_listens(clock):
    """``on_push`` is what `privdomain.sandbox.Pushes` asks for."""
    shop = EmulatedWeChatShop(app_id=APP, clock=clock)
    heard = []
    shop.on_push = heard.append
    call = shop.pushes.order("channels_ec_order_pay", ORDER)
    assert heard == [call]
    assert shop.on_push == heard.append


# --- the open platform ---


@pytest.fixture
def platform(clock):
    return EmulatedWeChatOpenPlatform(shops=[EmulatedWeChatShop(app_id=APP, clock=clock)], clock=clock)


def asked(platform, path, body=None, **query):
    usual = {"component_appid": platform.component_app_id}
    content = json.dumps(usual | (body or {})).encode()
    request = Request(
        method="POST", path=f"/cgi-bin/component/api_{path}", query=query, headers={}, body=content
    )
    return json.loads(platform.handle(request, None).body)


def message_of(call):
    (encrypted,) = ET.fromstring(call.body).findall("Encrypt")
    return {item.tag: item.text for item in ET.fromstring(opened(encrypted.text)[0])}


def component_token(platform, **changes):
    ticket = message_of(platform.push_ticket())["ComponentVerifyTicket"]
    wish = {"component_appsecret": platform.component_app_secret, "component_verify_ticket": ticket}
    return asked(platform, "component_token", wish | changes)


def test_the_ways_to_be_refused(platform, clock):
    """Ticket, secret, component, token, code, refresh token: each with its code."""
    assert component_token(platform, component_verify_ticket="no")["errcode"] == 61006
    assert component_token(platform, component_appsecret="no")["errcode"] == 40125
    assert component_token(platform, component_appid="no")["errcode"] == 61011
    ticket = message_of(platform.push_ticket())["ComponentVerifyTicket"]
    clock.move(12 * 3600)
    assert component_token(platform, component_verify_ticket=ticket)["errcode"] == 61005
    token = component_token(platform)["component_access_token"]
    assert asked(platform, "create_preauthcode")["errcode"] == 41001
    assert asked(platform, "create_preauthcode", access_token="no")["errcode"] == 40001
    assert asked(platform, "create_preauthcode", component_access_token=token)["expires_in"] == 600
    assert asked(platform, "nothing", access_token=token)["errcode"] == 40066
    code = message_of(platform.authorize(APP))["AuthorizationCode"]
    clock.move(601)
    assert asked(platform, "query_auth", {"authorization_code": code}, access_token=token)["errcode"] == 61010
    assert asked(platform, "query_auth", {"authorization_code": code}, access_token=token)["errcode"] == 61009
    wish = {"authorizer_appid": APP, "authorizer_refresh_token": "no"}
    assert asked(platform, "authorizer_token", wish, access_token=token)["errcode"] == 61023
    platform.withdraw(APP)
    assert asked(platform, "authorizer_token", wish, access_token=token)["errcode"] == 61003
    clock.move(7200)
    assert asked(platform, "create_preauthcode", access_token=token)["errcode"] == 42001
    with pytest.raises(ArgumentError, match="no shop"):
        platform.authorize("wx-unknown")


def test_a_new_authorization_ends_the_refresh_token_before(platform):
    """As the platform's page says."""
    token = component_token(platform)["component_access_token"]
    refresh = []
    for topic in ("authorized", "updateauthorized"):
        call = platform.authorize(APP)
        assert call.topic == topic
        code = message_of(call)["AuthorizationCode"]
        info = asked(platform, "query_auth", {"authorization_code": code}, access_token=token)
        refresh.append(info["authorization_info"]["authorizer_refresh_token"])
    old, new = (
        asked(
            platform,
            "authorizer_token",
            {"authorizer_appid": APP, "authorizer_refresh_token": text},
            access_token=token,
        )
        for text in refresh
    )
    assert (old["errcode"], new["expires_in"]) == (61023, 7200)
