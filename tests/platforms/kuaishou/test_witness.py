"""A third party's client, unmodified but for the base URL, against our sandbox: a signed list and its details.

kwaixiaodian 1.0.3 writes ``/open`` twice into every address, which no document knows and a base URL cannot undo; a
gateway in front of the sandbox takes the second one away. What is signed, sent and read is the package's own.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from attrs import evolve

from benchmarks._environments import peer_python
from tests.platforms.kuaishou._shops import START, bench, sold

PROGRAM = Path(__file__).with_name("_witness.py")

pytestmark = pytest.mark.slow


def witness(desk, **changes):
    sandbox = desk.shop.handle
    desk.shop.handle = lambda request, quirk: sandbox(
        evolve(request, path=request.path.replace("/open/open/", "/open/", 1)), quirk
    )
    asked = {
        "app_key": desk.shop.app_key, "app_secret": desk.shop.app_secret, "sign_secret": desk.shop.sign_secret,
        "server_url": desk.url, "sign_method": "HMAC_SHA256", "begin": int(START.timestamp() * 1000),
        "end": int(START.timestamp() * 1000) + 6 * 86_400_000,
        "access_token": desk.shop.issue_tokens()["access_token"],
    }  # fmt: skip
    return subprocess.run(
        [peer_python("kwaixiaodian"), str(PROGRAM)],
        input=json.dumps(asked | changes),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PATH": "/usr/bin:/bin"},
    )


@pytest.mark.parametrize("method", ["HMAC_SHA256", "MD5"])
def test_kwaixiaodian_lists_and_reads_orders(method):
    sales = [sold(n) for n in range(5)]
    with bench(orders=sales) as desk:
        done = witness(desk, sign_method=method)
        assert done.returncode == 0, done.stderr
        saw = json.loads(done.stdout)
        assert saw["pages"] == 3
        assert saw["orders"] == [[s.order_id, s.lines[0].paid, s.lines[0].title] for s in sales]
        assert {record.code for record in desk.box.requests} == {"0"}


def test_with_another_secret_it_sees_nothing():
    with bench(orders=[sold(0)]) as desk:
        assert witness(desk, sign_secret="another").returncode != 0
        assert {record.code for record in desk.box.requests} == {"sign"}
