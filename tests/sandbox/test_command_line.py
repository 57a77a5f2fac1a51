"""``python -m privdomain.sandbox`` in a process of its own."""

import http.client
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import privdomain
from privdomain.sandbox import SoldStatus
from privdomain.sandbox.__main__ import main
from privdomain.sandbox._catalog import known_platforms
from privdomain.sandbox._samples import sample_order
from privdomain.sandbox.wechat_shop import DEFAULT_APP_ID, DEFAULT_APP_SECRET

SOURCES = str(Path(privdomain.__file__).parents[1])


@contextmanager
def running(*options):
    """The process and its first line, split."""
    command = [sys.executable, "-m", "privdomain.sandbox", *options]
    env = os.environ | {"PYTHONPATH": SOURCES}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    ) as process:
        try:
            yield process, process.stdout.readline().split()
        finally:
            process.kill()


def ask(address, path, body):
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    connection.request("POST", path, json.dumps(body))
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def test_it_serves_a_file_until_it_is_told_to_stop(tmp_path, make_order):
    """One line says where; orders and the products they imply are served; SIGTERM ends it with 0."""
    file = tmp_path / "orders.json"
    file.write_text(json.dumps([make_order(1)]), encoding="utf-8")
    with running("--orders", str(file), "--faults", "code:-1@/channels/ec/order/get=1", "--seed", "7") as (
        process,
        said,
    ):
        assert said[0] == "wechat_shop"
        assert said[2:] == [f"appid={DEFAULT_APP_ID}", "orders=1"]
        wish = {"grant_type": "client_credential", "appid": DEFAULT_APP_ID, "secret": DEFAULT_APP_SECRET}
        token = ask(said[1], "/cgi-bin/stable_token", wish)["access_token"]
        products = ask(said[1], f"/channels/ec/product/list/get?access_token={token}", {"page_size": 9})
        order = ask(
            said[1], f"/channels/ec/order/get?access_token={token}", {"order_id": make_order(1)["order_id"]}
        )
        process.send_signal(signal.SIGTERM)

        assert products["product_ids"] == ["100"]
        assert order["errcode"] == -1
        assert process.wait(timeout=10) == 0
        assert process.stderr.read() == ""


def test_credentials_and_quota_are_options(tmp_path):
    """An object may name its products; the quota is per path."""
    file = tmp_path / "shop.json"
    file.write_text('{"orders": [], "products": []}')
    options = (
        "--orders",
        str(file),
        "--app-id",
        "wx1",
        "--app-secret",
        "s1",
        "--per-minute",
        "1",
        "--per-day",
        "5",
    )
    with running(*options) as (process, said):
        wish = {"grant_type": "client_credential", "appid": "wx1", "secret": "s1"}
        token = ask(said[1], "/cgi-bin/stable_token", wish)["access_token"]
        path = f"/channels/ec/product/list/get?access_token={token}"
        codes = {ask(said[1], path, {"page_size": 9})["errcode"] for _ in range(3)}

        assert 45011 in codes
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[", "is no JSON"),
        ("5", "orders must be a list"),
        ('[{"order_id": 1}]', "order.status"),
        ('{"orders": [], "products": [{}]}', "product_id"),
        ('{"orders": [5]}', "orders must be a list"),
        ('{"products": []}', "orders must be a list"),
        ('{"orders": [], "products": [5]}', "products must be a list"),
    ],
)
def test_a_file_that_cannot_be_served_is_said_in_one_message(tmp_path, capsys, content, message):
    """Exit code 2, nothing on standard output."""
    file = tmp_path / "orders.json"
    file.write_text(content)

    assert main(["--orders", str(file)]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""


def test_options_that_cannot_be_used_are_said(tmp_path, capsys):
    """A missing file, a misspelt fault."""
    assert main(["--orders", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err
    assert main(["--faults", "resett=0.1"]) == 2
    assert "did you mean 'reset'" in capsys.readouterr().err


def test_every_platform_has_an_address_of_its_own():
    """One line each, in the order they were named; no secret among what it says."""
    names = known_platforms()
    assert "wechat_shop" in names
    with running("--platforms", ",".join(names)) as (process, first):
        lines = [first, *(process.stdout.readline().split() for _ in names[1:])]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0

    assert [line[0] for line in lines] == list(names)
    assert len({line[1] for line in lines}) == len(names)
    assert not any("secret=" in word and not word.endswith("***") for line in lines for word in line)


def test_what_clients_need_is_printed_on_request(capsys):
    assert main(["--platforms", ",".join(known_platforms()), "--credentials"]) == 0

    said = {
        line.split()[0]: json.loads(line.split(" ", 1)[1]) for line in capsys.readouterr().out.splitlines()
    }
    assert said["wechat_shop"]["app_secret"] == DEFAULT_APP_SECRET
    assert list(said) == list(known_platforms())
    assert all(any("secret" in name for name in known) for known in said.values())


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--platforms", "wechat_shp"], "did you mean 'wechat_shop'"),
        (["--platforms", ","], "names none"),
        (["--push-to", "http://127.0.0.1:1"], "expected NAME=URL"),
        (["--push-to", "duoyin=http://127.0.0.1:1"], "no platform 'duoyin'"),
        (
            ["--push-to", "wechat_shop=http://127.0.0.1:1", "--push-faults", "gone=0.1"],
            "duplicate, out_of_order",
        ),
        (["--push-to", "wechat_shop=http://127.0.0.1:1", "--push-faults", "lost=2"], "lost with a share"),
    ],
)
def test_platforms_and_addresses_that_are_none_are_said(capsys, options, told):
    assert main(options) == 2
    assert told in capsys.readouterr().err


def test_made_up_sales_are_possible_and_the_same_again():
    now = datetime(2026, 11, 11, tzinfo=UTC)
    sold = [sample_order(number, now=now, seed=7) for number in range(200)]

    assert sold == [sample_order(number, now=now, seed=7) for number in range(200)]
    assert len({order.order_id for order in sold}) == 200
    assert all(now - timedelta(days=7) <= order.created < now for order in sold)
    new = sample_order(5, now=now, seed=7, is_new=True)
    assert (new.created, new.status) == (now, SoldStatus.PAID)
