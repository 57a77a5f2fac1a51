"""wechatpy, unmodified and in an environment of its own, reads what we and the sandbox encrypt, and the reverse."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest

from benchmarks._environments import PEERS, peer_python
from privdomain.calendar import FixedClock
from privdomain.platforms._wechat_crypto import WeChatCrypto, open_user_data
from privdomain.platforms._wechat_messages import read_message
from privdomain.platforms.wechat_shop import WeChatShopWebhook
from privdomain.sandbox import PushDesk
from tests.platforms import _wechat_vectors as vectors

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
APP, TOKEN = "wx5a9d0b0c00c0ffee", "T0KEN"
# the last one ends in bits that no canonical base64 has
KEYS = ["A" * 43, "Abc" * 14 + "z", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"]
TEXTS = [
    "",
    "x",
    "龙井",
    *("y" * size for size in range(1, 70)),
    "<xml><Content><![CDATA[你好]]></Content></xml>",
]


def ask(questions: list[dict[str, Any]]) -> list[Any]:
    done = subprocess.run(
        [peer_python("wechatpy"), str(PEERS / "wechatpy_witness.py")],
        input=json.dumps(questions), capture_output=True, text=True, check=True, env={},
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def test_it_reads_what_the_adapter_encrypts() -> None:
    """Every padding, three keys; and it refuses what it must."""

    questions = []
    for key in KEYS:
        crypto = WeChatCrypto(token=TOKEN, encoding_aes_key=key, receivers=[APP])
        for text in TEXTS:
            sealed = crypto.seal(text.encode(), receiver=APP, timestamp="1794369600", nonce="77")
            questions.append({
                "do": "decrypt", "token": TOKEN, "encoding_aes_key": key, "app_id": APP, "nonce": "77",
                "timestamp": "1794369600", "signature": sealed.signature, "body": sealed.as_xml().decode(),
            })  # fmt: skip
    wrong = [
        questions[0] | {"signature": "0" * 40},
        questions[0] | {"nonce": "78"},
        questions[0] | {"app_id": "wx-other"},
    ]
    answers = ask(questions + wrong)
    assert answers[: len(questions)] == TEXTS * len(KEYS)
    assert answers[len(questions) :] == [
        "InvalidSignatureException",
        "InvalidSignatureException",
        "InvalidAppIdException",
    ]


def test_the_adapter_reads_what_it_encrypts() -> None:
    """The reverse."""

    questions = [
        {
            "do": "encrypt", "token": TOKEN, "encoding_aes_key": key, "app_id": APP, "nonce": "77",
            "timestamp": "1794369600", "message": text,
        }
        for key in KEYS
        for text in TEXTS
    ]  # fmt: skip
    for question, written in zip(questions, ask(questions), strict=True):
        crypto = WeChatCrypto(token=TOKEN, encoding_aes_key=question["encoding_aes_key"], receivers=[APP])
        outer = read_message(written.encode())
        crypto.check(outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
        assert crypto.open(outer["Encrypt"]).message.decode() == question["message"]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("mode", ["secure", "compatible"])
def test_it_reads_what_the_sandbox_pushes(mode: Any, form: Any) -> None:
    """And sees the same message as our webhook does."""

    questions, calls = [], []
    for key in KEYS:
        desk = PushDesk(app_id=APP, now=lambda: AT, token=TOKEN, encoding_aes_key=key, mode=mode, form=form)
        call = desk.order("channels_ec_order_new", "3705115058471208928")
        query = dict(call.query)
        calls.append((key, call))
        questions.append({
            "do": "decrypt", "token": TOKEN, "encoding_aes_key": key, "app_id": APP, "nonce": query["nonce"],
            "timestamp": query["timestamp"], "signature": query["msg_signature"], "body": call.body.decode(),
        })  # fmt: skip
    for (key, call), opened in zip(calls, ask(questions), strict=True):
        webhook = WeChatShopWebhook(
            token=TOKEN, encoding_aes_key=key, app_id=APP, mode=mode, clock=FixedClock(AT)
        )
        (notice,) = webhook.receive(headers={}, query=dict(call.query), body=call.body).notices
        assert read_message(opened.encode()) == notice.raw
        assert notice.ref == "3705115058471208928"


def test_both_open_the_published_user_data() -> None:
    """V11."""

    question = {
        "session_key": "tiihtNczf5v6AKRyjwEUhQ==", "iv": "r7BXXKkLb8qrSNn05n0qiA==",
        "app_id": "wx4f4bc4dec97d474b", "data": vectors.V11_DATA,
    }  # fmt: skip
    (theirs,) = ask([question | {"do": "user_data"}])
    assert theirs == open_user_data(question.pop("data"), **question)
