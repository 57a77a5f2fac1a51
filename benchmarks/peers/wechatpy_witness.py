"""wechatpy as a witness of WeChat's encryption: a JSON list of questions on stdin, a JSON list of answers on stdout."""

from __future__ import annotations

import json
import sys

from wechatpy.crypto import WeChatCrypto, WeChatWxaCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException


def answer(question):
    """One question; a refusal is the name of the exception."""
    if question["do"] == "user_data":
        crypto = WeChatWxaCrypto(question["session_key"], question["iv"], question["app_id"])
        return crypto.decrypt_message(question["data"])
    crypto = WeChatCrypto(question["token"], question["encoding_aes_key"], question["app_id"])
    if question["do"] == "encrypt":
        return crypto.encrypt_message(question["message"], question["nonce"], question["timestamp"])
    body = question["body"]
    try:
        opened = crypto.decrypt_message(
            json.loads(body) if body.startswith("{") else body,
            question["signature"],
            question["timestamp"],
            question["nonce"],
        )
    except (InvalidAppIdException, InvalidSignatureException) as error:
        return type(error).__name__
    return opened if isinstance(opened, str) else opened.decode()


print(json.dumps([answer(question) for question in json.load(sys.stdin)]))
