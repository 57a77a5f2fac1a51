"""WeChat's signatures and encryption: V1 to V11 of the reference by number, round trips, and hostile bytes."""

from __future__ import annotations

import base64
import json
import traceback
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain.errors import ArgumentError, WebhookRefused
from privdomain.platforms._wechat_crypto import WeChatCrypto, check_fresh, open_user_data
from privdomain.platforms._wechat_messages import read_message
from privdomain.sandbox.wechat_shop import _push_form as sandbox
from tests.platforms import _wechat_vectors as vectors

STORE_KEY, STORE_APP = "A" * 43, "wxba5fad812f8e6fb9"
WPY_KEY, WPY_APP = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a"
WECOM_KEY, WECOM_APP = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"


def store() -> WeChatCrypto:
    return WeChatCrypto(token="AAAAA", encoding_aes_key=STORE_KEY, receivers=[STORE_APP])


def wecom() -> WeChatCrypto:
    return WeChatCrypto(token="QDG6eK", encoding_aes_key=WECOM_KEY, receivers=[WECOM_APP])


def wpy() -> WeChatCrypto:
    return WeChatCrypto(token="123456", encoding_aes_key=WPY_KEY, receivers=[WPY_APP])


def refusal(call, *arguments, **named) -> WebhookRefused:
    with pytest.raises(WebhookRefused) as caught:
        call(*arguments, **named)
    return caught.value


def test_v1_url_verification() -> None:
    """Token, time and nonce."""

    store().check("f464b24fc39322e44b38aa78f5edd27bd1441696", "1714036504", "1514711492")


def test_v2_plain_mode() -> None:
    """The signature of plain mode."""

    assert store().sign("1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


def test_v3_secure_mode_json() -> None:
    """Both signatures, and what is inside."""

    crypto = store()
    crypto.check("6c5c811b55cc85e0e1b54100749188c20beb3f5d", "1714112445", "415670741")
    crypto.check("046e02f8204d34f8ba5fa3b1db94908f3df2e9b3", "1714112445", "415670741", vectors.V3_ENCRYPT)

    opened = crypto.open(vectors.V3_ENCRYPT)
    assert opened.random == b"a8eedb185eb2fecf"
    assert opened.receiver == STORE_APP
    assert len(opened.message) == 167
    assert read_message(opened.message) == {
        "ToUserName": "gh_97417a04a28d", "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "CreateTime": 1714112445,
        "MsgType": "event", "Event": "debug_demo", "debug_str": "hello world",
    }  # fmt: skip


def test_v4_encrypted_reply() -> None:
    """To the byte, in both forms."""

    sealed = store().seal(
        b'{"demo_resp":"good luck"}', receiver=STORE_APP, timestamp="1713424427", nonce="415670741",
        random=b"707722b803182950",
    )  # fmt: skip
    expected = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    assert sealed.encrypt == expected
    assert sealed.signature == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    assert json.loads(sealed.as_json()) == {
        "Encrypt": expected, "MsgSignature": sealed.signature, "TimeStamp": 1713424427, "Nonce": "415670741",
    }  # fmt: skip
    assert read_message(sealed.as_xml())["Encrypt"] == expected


def test_v5_wecom_xml() -> None:
    """A key that is not canonical base64, and XML inside."""

    crypto = wecom()
    crypto.check("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", vectors.V5_ENCRYPT)
    opened = crypto.open(vectors.V5_ENCRYPT)
    assert opened.random == b"0960688932c47ef1"
    assert len(opened.message) == 284
    message = read_message(opened.message)
    assert (message["Content"], message["FromUserName"], message["MsgId"], message["AgentID"]) == (
        "hello", "mycreate", "4561255354251345929", "218",
    )  # fmt: skip


def test_v6_wecom_url_verification() -> None:
    """The echo itself is encrypted."""

    echo = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    plain = wecom().open_echo(
        echo,
        signature="5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
        timestamp="1409659589",
        nonce="263014780",
    )
    assert plain == b"1616140317555161061"


def test_v7_wecom_verification_and_its_negative() -> None:
    """Another nonce is refused."""

    echo = "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="
    signed = {"signature": "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96", "timestamp": "1411443780"}
    assert wpy().open_echo(echo, nonce="437374425", **signed) == b"5927782489442352469"
    assert refusal(wpy().open_echo, echo, nonce="437374424", **signed).reason == "signature"


def test_v8_deterministic_encryption() -> None:
    """To the byte."""

    message = (
        b"<xml>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[test]]></Content>\n"
        b"<FromUserName><![CDATA[wx49f0ab532d5d035a]]></FromUserName>\n"
        b"<ToUserName><![CDATA[messense]]></ToUserName>\n<AgentID>1</AgentID>\n"
        b"<CreateTime>1411525903</CreateTime>\n</xml>"
    )
    assert len(message) == 247
    sealed = wpy().seal(
        message, receiver=WPY_APP, timestamp="1411525903", nonce="461056294", random=b"1234567890123456"
    )
    assert sealed.encrypt == vectors.V8_ENCRYPT
    assert sealed.signature == "407518b7649e86ef23978113f92d27afa9296533"


def test_v9_decryption() -> None:
    """Signature and content."""

    crypto = wpy()
    crypto.check("74d92dfeb87ba7c714f89d98870ae5eb62dff26d", "1411525903", "461056294", vectors.V9_ENCRYPT)
    opened = crypto.open(vectors.V9_ENCRYPT)
    assert opened.random == b"ec90b1530358d4d3"
    assert len(opened.message) == 281
    message = read_message(opened.message)
    assert (message["Content"], message["FromUserName"], message["MsgId"]) == (
        "test", "messense", "4363689963896700987",
    )  # fmt: skip


def test_v10_signature_only() -> None:
    """Four parts, sorted."""

    crypto = WeChatCrypto(token="ovAkP0Tb")
    assert len(vectors.V10_ENCRYPT) == 472
    crypto.check("8128e41a38892d814e4aa67753425da9dc8ec2b3", "1628737717", "1811081856", vectors.V10_ENCRYPT)


USER_DATA = {"session_key": "tiihtNczf5v6AKRyjwEUhQ==", "iv": "r7BXXKkLb8qrSNn05n0qiA=="}


def test_v11_session_key() -> None:
    """AES-128 with ordinary padding; the watermark decides whose it is."""

    opened = open_user_data(vectors.V11_DATA, app_id="wx4f4bc4dec97d474b", **USER_DATA)
    assert opened["openId"] == "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
    assert opened["unionId"] == "ocMvos6NjeKLIBqg5Mr9QjxrP1FA"
    assert opened["nickName"] == "Band"
    assert opened["watermark"]["timestamp"] == 1477314187


@pytest.mark.parametrize(
    "changes",
    [
        {"app_id": "wx0000000000000000"},
        {"data": vectors.V11_DATA[:-24]},
        {"data": "not base64!"},
        {"data": ""},
        {"data": "AAAA"},
        {"iv": "AAAA"},
        {"session_key": "A" * 43},
        {"session_key": base64.b64encode(bytes(16)).decode()},
    ],
)
def test_user_data_has_one_refusal(changes: dict[str, str]) -> None:
    """Whatever is wrong with it, the same words; the key is not among them."""

    arguments = {"data": vectors.V11_DATA, "app_id": "wx4f4bc4dec97d474b", **USER_DATA} | changes
    error = refusal(open_user_data, arguments.pop("data"), **arguments)
    assert error.reason == "signature"
    assert str(error) == str(refusal(open_user_data, "", app_id="wx1", **USER_DATA))
    assert error.__context__ is None


# --- laws ---


@given(
    message=st.binary(max_size=300), receiver=st.text(max_size=40), random=st.binary(min_size=16, max_size=16)
)
def test_what_is_sealed_opens(message: bytes, receiver: str, random: bytes) -> None:
    """For every length, so for every padding from 1 to 32."""

    crypto = WeChatCrypto(token="t", encoding_aes_key=STORE_KEY, receivers=[receiver])
    sealed = crypto.seal(message, receiver=receiver, timestamp="1", nonce="n", random=random)
    crypto.check(sealed.signature, "1", "n", sealed.encrypt)
    opened = crypto.open(sealed.encrypt)
    assert (opened.message, opened.receiver, opened.random) == (message, receiver, random)


@settings(max_examples=30)
@given(message=st.binary(max_size=200), random=st.binary(min_size=16, max_size=16))
def test_sandbox_and_adapter_encrypt_to_the_same_bytes(message: bytes, random: bytes) -> None:
    """Two implementations, one of them without any library."""

    ours = store().seal(message, receiver=STORE_APP, timestamp="1", nonce="n", random=random)
    key = sandbox.aes_key_of(STORE_KEY)
    assert ours.encrypt == sandbox.encrypt(message, key=key, receiver=STORE_APP, head=random)
    assert sandbox.decrypt(ours.encrypt, key=key) == (message, STORE_APP)
    assert ours.signature == sandbox.signature("AAAAA", "1", "n", ours.encrypt)


@given(
    encrypt=st.one_of(
        st.text(max_size=80), st.binary(max_size=160).map(lambda raw: base64.b64encode(raw).decode())
    )
)
def test_no_bytes_escape_the_one_refusal(encrypt: str) -> None:
    """Anything that is not ours is refused as one thing."""

    assert refusal(store().open, encrypt).reason == "signature"


def _raw(plain: bytes) -> str:
    """Any plain text at all, encrypted as the scheme does."""
    key = sandbox.aes_key_of(STORE_KEY)
    turn = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(turn.update(plain) + turn.finalize()).decode()


HEAD = b"0123456789abcdef"
PADS = {
    "pad zero": HEAD + bytes(16),
    "pad 33": HEAD + bytes([33]) * 48,
    "pad not uniform": HEAD + bytes([1]) * 13 + bytes([9, 9, 3]),
    "pad longer than all": bytes([32]) * 16,
    "nothing but padding": bytes([32]) * 32,
    "no room for a length": HEAD + b"\x00\x00\x00" + bytes([13]) * 13,
    "length beyond the end": HEAD + b"\x00\x00\x00\xff" + b"ab" + bytes([10]) * 10,
    "length of four gigabytes": HEAD + b"\xff\xff\xff\xff" + b"ab" + bytes([10]) * 10,
    "receiver not UTF-8": HEAD + b"\x00\x00\x00\x01" + b"a\xff" + bytes([10]) * 10,
}


@pytest.mark.parametrize("plain", PADS.values(), ids=PADS)
def test_a_broken_inside_is_the_one_refusal(plain: bytes) -> None:
    """Complaints 11 and 12: wrong padding and wrong bounds are refused, and told apart by nobody."""

    error = refusal(store().open, _raw(plain))
    assert (error.reason, str(error)) == ("signature", str(refusal(store().check, "0" * 40, "1")))
    assert error.__context__ is None


@pytest.mark.parametrize("pad", range(1, 33))
def test_every_padding_of_the_scheme_is_read(pad: int) -> None:
    """Complaint 11: an unpadder for blocks of 16 loses half of them."""

    body = b"x" * (64 - pad - 20 - 3)
    plain = HEAD + len(body).to_bytes(4, "big") + body + b"wx1" + bytes([pad]) * pad
    assert store().open(_raw(plain), receivers=["wx1"]).message == body


def test_somebody_elses_message_says_so() -> None:
    """Complaint 10: readable, and for another app id; a set of ids may be accepted."""

    sealed = store().seal(b"{}", receiver="wx-other", timestamp="1", nonce="n")
    error = refusal(store().open, sealed.encrypt)
    assert error.reason == "wrong_receiver"
    assert STORE_APP in str(error)
    assert store().open(sealed.encrypt, receivers={"wx-other", ""}).receiver == "wx-other"


def test_signatures_are_compared_exactly() -> None:
    """Upper case, a prefix and text that is no ASCII are not the signature."""

    right = store().sign("1", "n")
    for wrong in (right.upper(), right[:-1], "", right + "0", "签名", "\ud800"):
        assert refusal(store().check, wrong, "1", "n").reason == "signature"


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        ("1714036504", None), ("1714036204", None), ("1714036804", None), ("1714036203", "replayed"),
        ("1714036805", "replayed"), ("0", "replayed"), ("", "malformed"), ("-1", "malformed"), ("1e9", "malformed"),
        ("17140365040", "malformed"), ("１７１４", "malformed"), ("9" * 5000, "malformed"),
    ],
)  # fmt: skip
def test_time_stamps_are_fresh_or_refused(stamp: str, reason: str | None) -> None:
    """Five minutes either way."""

    at = datetime.fromtimestamp(1714036504, UTC)
    if reason is None:
        check_fresh(stamp, at=at)
    else:
        assert refusal(check_fresh, stamp, at=at).reason == reason
    check_fresh("1714036204", at=at, tolerance=timedelta(minutes=5))


@pytest.mark.parametrize("key", ["A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + "/", "钥" * 43])
def test_a_wrong_key_is_said_without_quoting_it(key: str) -> None:
    """Form only: any 43 letters and digits are a key."""

    with pytest.raises(ArgumentError) as caught:
        WeChatCrypto(token="t", encoding_aes_key=key)
    assert key not in str(caught.value)
    with pytest.raises(ArgumentError, match="token"):
        WeChatCrypto(token=" ", encoding_aes_key=STORE_KEY)


def test_without_a_key_nothing_is_opened_or_sealed() -> None:
    """Plain mode has none."""

    crypto = WeChatCrypto(token="t")
    assert refusal(crypto.open, "AAAA").reason == "signature"
    with pytest.raises(ArgumentError, match="encoding_aes_key"):
        crypto.seal(b"", receiver="", timestamp="1", nonce="n")
    with pytest.raises(ArgumentError, match="16"):
        store().seal(b"", receiver="", timestamp="1", nonce="n", random=b"short")


def test_no_secret_is_shown() -> None:
    """Neither by repr nor by a refusal's traceback."""

    crypto = WeChatCrypto(token="T0KEN", encoding_aes_key="K" * 43, receivers=["wx1"])
    error = refusal(crypto.open, _raw(b"secret inside..." * 2))
    shown = repr(crypto) + "".join(traceback.format_exception(error)) + repr(vars(error))
    for secret in ("T0KEN", "K" * 43, "secret inside"):
        assert secret not in shown
