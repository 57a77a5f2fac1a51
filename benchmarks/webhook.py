"""A delivery of 微信小店 in secure mode, verified, decrypted and read, against wechatpy with XML to dict.

2,000 different order events as encrypted XML, as the platform sends them to who chose XML. Ours ends in a `Notice`
record with its deduplication key, the peer in a dict. Generated order ids; the token and the key are a published
sample's.
"""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.harness import Result, race

VERSIONS = ("cryptography", "pydantic")

DELIVERIES = 2_000
TOKEN, KEY, APP_ID = "123456", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a"
AT = 1_795_000_000


def prepare(params):
    from privdomain.platforms.wechat_shop import WeChatShopWebhook

    webhook = WeChatShopWebhook(token=TOKEN, encoding_aes_key=KEY, app_id=APP_ID)
    at = datetime.fromtimestamp(AT, UTC)
    deliveries = [
        (one["query"], one["body"].encode())
        for one in json.loads(Path(params["path"]).read_text(encoding="utf-8"))
    ]

    def work():
        seen = 0
        for query, body in deliveries:
            (notice,) = webhook.receive(headers={}, query=query, body=body, at=at).notices
            seen += len(notice.ref)
        return seen

    return work


def _deliveries() -> list[dict]:
    from privdomain.platforms._wechat_crypto import WeChatCrypto

    crypto = WeChatCrypto(token=TOKEN, encoding_aes_key=KEY, receivers=[APP_ID])
    made = []
    for number in range(DELIVERIES):
        event = (
            f"<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>"
            f"<FromUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODIiE3bGY]]></FromUserName><CreateTime>{AT}</CreateTime>"
            f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[channels_ec_order_pay]]></Event>"
            f"<order_info><order_id>{37 * 10**17 + number}</order_id><pay_time>{AT}</pay_time></order_info></xml>"
        )
        nonce, timestamp = str(10**9 + number), str(AT)
        sealed = crypto.seal(event.encode(), receiver=APP_ID, timestamp=timestamp, nonce=nonce)
        made.append(
            {
                "query": {
                    "timestamp": timestamp,
                    "nonce": nonce,
                    "encrypt_type": "aes",
                    "msg_signature": sealed.signature,
                    "signature": crypto.sign(timestamp, nonce),
                },
                "body": f"<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName><Encrypt><![CDATA[{sealed.encrypt}]]></Encrypt></xml>",
            }
        )
    return made


def run() -> Result:
    params = {"token": TOKEN, "encoding_aes_key": KEY, "app_id": APP_ID}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deliveries.json"
        path.write_text(json.dumps(_deliveries()), encoding="utf-8")
        both = race("webhook", params | {"path": str(path)}, runs=9)
    return Result(
        ours=both.ours.median * 1e6 / DELIVERIES,
        peer=both.peer.median * 1e6 / DELIVERIES,
        unit="µs per delivery",
        n=both.runs,
        versions=both.versions,
        goal=1.0,
        quality={
            "same_answer_ok": both.ours.answer == both.peer.answer,
            "spread": [round(both.ours.spread, 2), round(both.peer.spread, 2)],
        },
    )
