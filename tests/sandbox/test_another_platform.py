"""A second platform is one class: it is served beside the first, with the same faults and the same record."""

import http.client
import json
import re

from privdomain.sandbox import EmulatedWeChatShop, Fault, Faults, Reply, Sandbox


class Till:
    """Forms instead of JSON, an API key instead of tokens."""

    name = "till"
    secret_names = frozenset({"key"})
    free_text = re.compile(rb'("note":")')
    codes = frozenset({"E7"})

    def __init__(self):
        self.revoked = 0

    def handle(self, request, quirk):
        return Reply(code="0", body=json.dumps({"note": "", "quirk": quirk}, separators=(",", ":")).encode())

    def shows(self, quirk, request):
        return quirk == "empty_page"

    def refuse(self, code):
        return Reply(code=code, body=code.encode(), status=403)

    def revoke_tokens(self):
        self.revoked += 1


def test_two_platforms_have_an_address_each_and_one_record():
    """Codes of one are not said by the other; numbers count per platform."""
    till = Till()
    plan = Faults([Fault("code", code="E7", rate=1.0)])
    with Sandbox(platforms=[EmulatedWeChatShop(), till], faults=plan) as box:
        addresses = [box.url(name).removeprefix("http://") for name in ("wechat_shop", "till")]
        said = []
        for address in addresses:
            connection = http.client.HTTPConnection(address, timeout=10)
            connection.request("POST", "/sale?key=k", b"")
            reply = connection.getresponse()
            said.append((reply.status, reply.read()[:11]))
            connection.close()

        assert said == [(200, b'{"errcode":'), (403, b"E7")]
        assert [(r.platform, r.number, r.code, r.query["key"]) for r in box.requests] == [
            ("wechat_shop", 1, "40066", "k"),
            ("till", 1, "E7", "***"),
        ]


def test_its_paging_quirks_and_tokens_are_its_own():
    """A quirk it cannot show passes it by; a revocation reaches it."""
    till = Till()
    with Sandbox(platforms=[till]) as box:
        for kind in ("repeat_cursor", "empty_page", "revoked_token", "control_characters"):
            box.fail_next(Fault(kind), platform="till")
        connection = http.client.HTTPConnection(box.url("till").removeprefix("http://"), timeout=10)
        answers = []
        for _ in range(3):
            connection.request("GET", "/")
            answers.append(json.loads(connection.getresponse().read(), strict=False))
        connection.close()

        assert [answer["quirk"] for answer in answers] == ["empty_page", None, None]
        assert answers[2]["note"] == "\x0b\x1b\x01"
        assert till.revoked == 1
