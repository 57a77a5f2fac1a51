"""wechatpy: verify, decrypt, and the XML as a dict by the package it depends on."""

from __future__ import annotations

import json
from pathlib import Path

import xmltodict
from wechatpy.crypto import WeChatCrypto

VERSIONS = ("wechatpy", "cryptography", "xmltodict")


def prepare(params):
    crypto = WeChatCrypto(params["token"], params["encoding_aes_key"], params["app_id"])
    deliveries = json.loads(Path(params["path"]).read_text(encoding="utf-8"))

    def work():
        seen = 0
        for one in deliveries:
            query = one["query"]
            text = crypto.decrypt_message(
                one["body"], query["msg_signature"], query["timestamp"], query["nonce"]
            )
            seen += len(xmltodict.parse(text)["xml"]["order_info"]["order_id"])
        return seen

    return work
