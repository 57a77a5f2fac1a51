"""The signed and encrypted server API: V12 of the reference, round trips, and answers that are not the platform's."""

from __future__ import annotations

import base64
import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from privdomain.errors import ArgumentError, ProtocolViolation
from privdomain.platforms._wechat_signed import SignedApi
from tests.platforms import _wechat_vectors as vectors

URL = "https://api.weixin.qq.com/wxa/getuserriskrank"
APP, SN = "wxba6223c06417af7b", "fa05fe1e5bcc79b81ad5ad4b58acf787"
KEY = "otUpngOjU+nVQaWJIC3D/yMLV17RKaP6t4Ot9tbnzLY="
SERIAL = "784F98CBBBCCFE8F9E1C7B1F33ED5B1892446534"
OWN = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
AT = datetime.fromtimestamp(1635927956, UTC)


def pem_of(der: str) -> str:
    return f"-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n"


def own_pem() -> str:
    return OWN.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()).decode()


def own_public() -> str:
    return OWN.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo).decode()


def api(**changes: Any) -> SignedApi:
    usual = {
        "app_id": APP, "sn": SN, "symmetric_key": KEY, "private_key": own_pem(),
        "platform_keys": {SERIAL: pem_of(vectors.V12_PLATFORM_KEY), "own": own_public()},
    }  # fmt: skip
    return SignedApi(**usual | changes)


def headers(**changes: str) -> dict[str, str]:
    usual = {
        "Wechatmp-Appid": APP, "Wechatmp-TimeStamp": "1635927956", "Wechatmp-Serial": SERIAL,
        "Wechatmp-Signature": vectors.V12_RESPONSE_SIGNATURE,
    }  # fmt: skip
    return usual | {f"Wechatmp-{name.replace('_', '-')}": value for name, value in changes.items()}


def test_v12_the_request_is_encrypted_to_the_byte() -> None:
    """The body of 324 bytes, and the published signature over it."""

    body = api().encrypt(
        URL, vectors.V12_PLAIN.encode(), timestamp=1635927954, iv=base64.b64decode("fmW/zNxXlytUZBgj")
    )
    assert json.loads(body) == {
        "iv": "fmW/zNxXlytUZBgj",
        "data": vectors.V12_DATA,
        "authtag": vectors.V12_TAG,
    }
    assert len(body) == 324
    published: Any = load_der_public_key(base64.b64decode(vectors.V12_SIGNING_KEY))
    signed = f"{URL}\n{APP}\n1635927954\n".encode() + body
    published.verify(base64.b64decode(vectors.V12_REQUEST_SIGNATURE), signed, PSS, hashes.SHA256())


def test_v12_the_response_is_verified_and_opened() -> None:
    """By the platform certificate that its header names."""

    assert len(vectors.V12_RESPONSE_BODY) == 292
    opened = api().open(URL, headers(), vectors.V12_RESPONSE_BODY.encode(), at=AT)
    assert opened == json.loads(vectors.V12_RESPONSE_PLAIN)


def test_while_certificates_change_the_deprecated_pair_counts() -> None:
    """The new serial is not known yet, the old one is."""

    rotating = headers(
        Serial="new", Signature="AAAA", Serial_Deprecated=SERIAL,
        Signature_Deprecated=vectors.V12_RESPONSE_SIGNATURE,
    )  # fmt: skip
    assert api().open(URL, rotating, vectors.V12_RESPONSE_BODY.encode(), at=AT)["risk_rank"] == 0


BODY = vectors.V12_RESPONSE_BODY.encode()


@pytest.mark.parametrize(
    ("changes", "body", "url", "at", "said"),
    [
        ({"Signature": ""}, BODY, URL, AT, "not signed"),
        ({"Signature": "!!"}, BODY, URL, AT, "not signed"),
        ({"Serial": "unknown"}, BODY, URL, AT, "not signed"),
        ({"Serial": "own"}, BODY, URL, AT, "not signed"),
        ({"TimeStamp": "1635927957"}, BODY, URL, AT, "not signed"),
        ({"TimeStamp": ""}, BODY, URL, AT, "no time stamp"),
        ({}, BODY + b" ", URL, AT, "not signed"),
        ({}, BODY, URL + "/", AT, "not signed"),
        ({}, BODY, URL, AT + timedelta(seconds=301), "300 s"),
        ({}, BODY, URL, AT - timedelta(seconds=301), "300 s"),
    ],
)
def test_an_answer_that_is_not_the_platforms_is_refused(
    changes: dict[str, str], body: bytes, url: str, at: datetime, said: str
) -> None:
    """Whatever is changed on the way."""

    with pytest.raises(ProtocolViolation, match=said):
        api().open(url, headers(**changes), body, at=at)


def _answer(inside: Any, *, key: SignedApi | None = None) -> tuple[dict[str, str], bytes]:
    """An answer as a platform with our own key would give it."""
    maker = key or api()
    body = maker.encrypt(URL, json.dumps(inside).encode(), timestamp=1635927956, iv=bytes(12))
    signature = maker.sign(URL, body, timestamp=1635927956)
    return headers(Serial="own", Signature=signature), body


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ({"_appid": "wx-other", "_timestamp": 1635927956}, "another app"),
        ({"_timestamp": 1635927956}, "another app"),
        ({"_appid": APP}, "300 s"),
        ({"_appid": APP, "_timestamp": "1635927956"}, "300 s"),
        ([1], "decrypted"),
        ("text", "decrypted"),
    ],
)
def test_what_is_inside_has_to_be_for_us_and_now(inside: Any, said: str) -> None:
    """A good signature is not enough."""

    named, body = _answer(inside)
    with pytest.raises(ProtocolViolation, match=said):
        api().open(URL, named, body, at=AT)


def test_another_symmetric_key_cannot_open_it() -> None:
    """The tag says so."""

    named, body = _answer({"_appid": APP, "_timestamp": 1635927956})
    other = api(symmetric_key=base64.b64encode(bytes(32)).decode())
    with pytest.raises(ProtocolViolation, match="decrypted"):
        other.open(URL, named, body, at=AT)


def test_a_sealed_request_carries_what_the_page_asks_for() -> None:
    """The three fields of its own, the three headers; and it opens as an answer would."""

    numbers = itertools.count()
    sealed = api(random_bytes=lambda size: bytes([next(numbers)]) * size).seal(
        URL, {"openid": "oA", "title": "龙井"}, timestamp=1635927956
    )
    named = dict(sealed.headers)
    assert {"Wechatmp-Appid", "Wechatmp-TimeStamp", "Wechatmp-Signature"} <= named.keys()
    again = headers(Serial="own", Signature=named["Wechatmp-Signature"])
    opened = api().open(URL, again, sealed.body, at=AT)
    assert opened.pop("_n")
    assert opened == {"_appid": APP, "_timestamp": 1635927956, "openid": "oA", "title": "龙井"}
    assert "Wechatmp-Signature" not in repr(sealed)


@pytest.mark.parametrize(
    "changes",
    [
        {"symmetric_key": "AAAA"},
        {"symmetric_key": "!"},
        {"private_key": "no key"},
        {"private_key": own_public()},
        {"platform_keys": {"1": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}},
        {"platform_keys": {"1": own_pem()}},
    ],
)
def test_keys_that_cannot_be_read_are_said_at_once(changes: dict[str, Any]) -> None:
    """Without quoting them."""

    with pytest.raises(ArgumentError) as caught:
        api(**changes)
    assert "MII" not in str(caught.value)
    assert KEY not in repr(api())
