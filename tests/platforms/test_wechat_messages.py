"""WeChat's XML has two readers, one for what is plain: where the quick one answers, it answers as the parser does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from privdomain.errors import WebhookRefused
from privdomain.platforms._wechat_messages import (
    LISTS,
    _parse_xml,
    _read_plain,
    content_digest,
    read_message,
)
from privdomain.platforms.wechat_shop._events import EVENTS
from privdomain.sandbox import PushDesk

NAMES = st.sampled_from(["a", "b", "order_id", "Item", "update_fields", "audit_info", "xml", "a1"])
TEXTS = st.sampled_from(
    ["", " ", "\n", "\u3000x\u2028", "x", "7", ">", "\ufffe", "\x7f", "\x1f", "]", '{"a": [1, {"b_id": 2}]}', "龙井", "\U0001f375", "]]"]
)  # fmt: skip
ODD = ["&amp;", "&#x1;", "<!-- c -->", "<?p?>", "<b/>", '<a b="c">d</a>', "<a >d</a>", "<ä>d</ä>", "<a:b>d</a:b>", "\r", "<![CDATA[<&]]>", "<![CDATA[]]]]>"]  # fmt: skip


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inside = st.one_of(
        TEXTS,
        TEXTS.map(lambda text: f"<![CDATA[{text}]]>"),
        st.tuples(TEXTS, TEXTS, TEXTS).map(lambda t: f"{t[0]}<![CDATA[{t[1]}]]>{t[2]}"),
        st.lists(children, min_size=1, max_size=3).map("".join),
        st.sampled_from(ODD),
    )
    return st.tuples(NAMES, inside, TEXTS).map(lambda t: f"<{t[0]}>{t[1]}</{t[0]}>{t[2]}")


XML = st.lists(st.recursive(_element(st.just("")), _element, max_leaves=8), max_size=5).map(
    lambda parts: f"<xml>{''.join(parts)}</xml>"
)


def parsed(body: bytes) -> Any:
    try:
        return _parse_xml(body, lists=LISTS)
    except WebhookRefused:
        return None


@settings(max_examples=400)
@given(
    text=XML,
    at=st.integers(0, 500),
    cut=st.integers(0, 6),
    put=st.sampled_from(["", "<", "/", ">", "]", *ODD]),
)
@example(text="<xml><a>1</a></xml><xml><b>2</b></xml>", at=0, cut=0, put="")
@example(text="<xml></xml><a>1</a><xml></xml>", at=0, cut=0, put="")
@example(text="<xml><a>1</b></a></xml>", at=0, cut=0, put="")
@example(text="<xml><a><b>1</b></b></xml>", at=0, cut=0, put="")
@example(text="<xml><a>x\r\ny</a></xml>", at=0, cut=0, put="")
@example(text="<xml><a>x\x0by</a><b>\x0c</b></xml>", at=0, cut=0, put="")
@example(text="<xml><a>1<b>2</b>3</a></xml>", at=0, cut=0, put="")
@example(text="<xml><a><b>1</b></xml>", at=0, cut=0, put="")
@example(text="<xml>1<a>2</a></xml>", at=0, cut=0, put="")
def test_what_the_quick_reader_says_the_parser_says(text: str, at: int, cut: int, put: str) -> None:
    """Any XML, whole and mutilated in one place: the same dict, or no answer."""

    place = at % (len(text) + 1)
    for body in (text.encode(), (text[:place] + put + text[place + cut :]).encode()):
        plain = _read_plain(body, lists=LISTS)
        assert plain is None or plain == parsed(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<xml><a>1</a><a>2</a></xml>",  # a list that nobody told us of
        b"<xml><a>&lt;</a></xml>",
        b"<xml><a><![CDATA[]]]]></a></xml>",
        b"<xml>" + b"<a>" * 20 + b"1" + b"</a>" * 20 + b"</xml>",
        b"<xml><a>" + b"1" * 20_000 + b"</a></xml>",
        b'<?xml version="1.0"?><xml><a>1</a></xml>',
    ],
)
def test_what_is_not_plain_is_parsed(body: bytes) -> None:
    """The quick reader has no answer, and the message is read all the same."""

    assert _read_plain(body, lists=LISTS) is None
    assert read_message(body) == parsed(body)
    assert parsed(body)


@pytest.mark.parametrize("event", EVENTS)
def test_what_the_platform_sends_is_plain(event: str) -> None:
    """Otherwise nothing would be quick."""

    desk = PushDesk(
        app_id="wx5a9d0b0c00c0ffee", now=lambda: datetime(2026, 11, 11, tzinfo=UTC), token="T", mode="plain", form="xml"
    )  # fmt: skip
    body = desk.event(event, {"order_info": {"order_id": 1, "note": "<龙井>"}, "product_id": "2"}).body
    assert _read_plain(body, lists=LISTS) == parsed(body) == read_message(body)


def test_the_digest_is_of_the_content() -> None:
    """Not of its order, and not of whether a number is one; everything else makes another."""

    assert content_digest({"a": 1, "b": {"c": "x"}}) == content_digest({"b": {"c": "x"}, "a": "1"})
    contents: list[Any] = [
        {}, {"a": {}}, {"a": []}, {"a": ""}, {"a": "[]"}, {"a": "()"}, {"a": [""]}, {"a": [[]]}, {"a": [{}]}, {"a": "b"},
        {"b": "a"}, {"a": "b", "c": "d"}, {"a": {"b": "c"}}, {"a": ["b", "c"]}, {"a": [["b", "c"]]}, {"a": [{"b": "c"}]},
        {"a": "', 'b"}, {"a": "\\u9f99"}, {"a": "龙"}, {"a": "\ud800"}, {"a": "?"},
    ]  # fmt: skip
    assert len({content_digest(one) for one in contents}) == len(contents)


TREES = st.recursive(
    st.text(max_size=4),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(TREES, TREES)
def test_two_contents_have_two_digests(one: Any, other: Any) -> None:
    """And one has one, in whatever order its members came."""

    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (content_digest(one) == content_digest(other)) == same
