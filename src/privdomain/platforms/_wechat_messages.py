"""Reading what WeChat's messages say: XML without the dangerous half of XML, and JSON, into one and the same form.

wechat.md §13.5 and §14. A message becomes a dict whatever it travelled as: lists are lists even with one element,
what is JSON inside a text is read, ids and whole numbers beyond 2^53 are text. XML is read without document types and
entities, so that nothing is expanded, fetched or nested without end.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError, XMLParser

from privdomain.errors import WebhookRefused
from privdomain.platforms._payload import Json
from privdomain.platforms._webhooks import read_json

__all__ = ["LISTS", "content_digest", "encrypted_part", "listed", "read_message"]

LISTS = frozenset({"update_fields", "voucher_list", "api_changes", "List", "Item"})
"""Members that are lists; one element in XML (and once in published JSON) is written like a scalar."""

_TEXT_JSON = frozenset({"audit_info"})
_PROLOG = re.compile(rb"(?:<\?xml[^>]{0,200}\?>\s*)?<xml[\s/>]")
_ENCRYPT = re.compile(
    rb"\A<xml>[^<]*(?:<ToUserName>[^<]*(?:<!\[CDATA\[[^<\]]*\]\]>)?</ToUserName>[^<]*)?"
    rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?\s*</Encrypt>"
)
"""The form in which the platform writes it, which needs no parser; anything else gets one."""
_SAFE = 2**53
_DEPTH_LIMIT = 32
_ELEMENT_LIMIT = 20_000
_TEXT_LIMIT = 16_384
"""Characters of a text in which JSON is looked for."""

_CDATA = "\x00-\x08\x0b-\x1f\\]\ufffe\uffff"
_TEXT = f"{_CDATA}<&"
_PLAIN_PART = re.compile(
    rf"<(?:([A-Za-z_]\w*)>([^{_TEXT}]*)(?:<!\[CDATA\[([^{_CDATA}]*)\]\]>([^{_TEXT}]*))?(</\1>[^{_TEXT}]*)?"
    rf"|/([A-Za-z_]\w*)>[^{_TEXT}]*)|([\s\S]+)",
    re.ASCII,
)
"""One step through plain XML: an element with its text and, if it has no others inside, its end; or the end of one
that has. The last group is the rest of a document that is not plain."""
_PLAIN_LIMIT = 16_384
_PLAIN_DEPTH = 16


class _Hostile(Exception):
    """What no message of the platform contains."""


def _parse_xml(body: bytes, *, lists: frozenset[str]) -> Json:
    """What stands below ``<xml>``, in the form that `_normal` gives to JSON."""
    problem = ""
    value: Any = None
    try:
        _check_beginning(body)
        # the encoding is ours to say: a document that declares another one is read as UTF-8, or not at all
        parser = XMLParser(encoding="utf-8")  # noqa: S314  (no document type gets here, so there are no entities)
        parser.feed(body)
        value = _element(parser.close(), lists=lists, depth=1)
    except _Hostile:
        problem = (
            "the body is XML with a document type, another root than <xml>, or more than "
            f"{_DEPTH_LIMIT} levels or {_ELEMENT_LIMIT} elements"
        )
    except (ParseError, UnicodeError, ValueError):
        problem = "the body is not XML in UTF-8"
    if problem:  # outside the handler: its context would show the body
        raise WebhookRefused("malformed", problem, status=400)
    if not isinstance(value, dict):
        raise WebhookRefused("malformed", "the body is no object with members", status=400)
    return cast("Json", value)


def _read_plain(body: bytes, *, lists: frozenset[str]) -> Json | None:
    """The same for what the platform sends as a rule; None for anything that this does not read, or that is wrong.

    Elements without attributes, each with its own name among its sisters (or the name of a list), with text, one
    CDATA or other elements inside: a single expression steps through that in half the time that making an XML
    parser takes. Whatever needs to be understood (entities, declarations, comments, other names) is not plain.
    """
    if len(body) > _PLAIN_LIMIT or not body.startswith(b"<xml>") or not body.endswith(b"</xml>"):
        return None
    try:
        text = body[5:-6].decode().lstrip("\n\t ")
    except UnicodeDecodeError:
        return None
    members: Json = {}
    above: list[tuple[str, Json]] = []
    for name, before, inside, after, end, closed, rest in _PLAIN_PART.findall(text):
        if end:
            value: Any = f"{before}{inside}{after}".strip()
            if name in _TEXT_JSON:
                value = _json_inside(value, lists=lists)
        elif name:
            above.append((name, members))
            members = {}
            continue
        elif rest or not above or above[-1][0] != closed or len(above) > _PLAIN_DEPTH:
            return None
        else:
            value = members
            name, members = above.pop()  # noqa: PLW2901  (what has ended is what is put below)
        if name in lists:
            found = members.setdefault(name, [])
            if value != "":
                found.append(value)
        elif name in members:
            return None
        else:
            members[name] = value
    return members if members and not above else None


def encrypted_part(body: bytes) -> str:
    """What stands in ``Encrypt`` of an encrypted message, XML or JSON; empty where there is none.

    It is asked of bytes that nobody has verified yet, because the signature is over it.
    """
    if plain := _ENCRYPT.search(body):
        return plain[1].decode()
    encrypt = read_message(body, lists=frozenset()).get("Encrypt")
    return encrypt if isinstance(encrypt, str) else ""


def _check_beginning(body: bytes) -> None:
    # Before its root an XML document may declare a type, and only there: nothing but a declaration may stand there.
    # Elements are counted before they are built; each has one "<" to begin, one to end and one for its CDATA.
    if _PROLOG.match(body) is None or body.count(b"<") > 3 * _ELEMENT_LIMIT:
        raise _Hostile


def _element(element: Element, *, lists: frozenset[str], depth: int) -> Any:
    if depth > _DEPTH_LIMIT:
        raise _Hostile
    if not len(element):
        return _text(element, lists)
    members: Json = {}
    several: set[str] = set()
    for child in element:
        name = child.tag
        value = _element(child, lists=lists, depth=depth + 1) if len(child) else _text(child, lists)
        if name in lists:
            found = members.setdefault(name, [])
            if value != "":
                found.append(value)
        elif name not in members:
            members[name] = value
        elif name in several:
            members[name].append(value)
        else:
            members[name] = [members[name], value]
            several.add(name)
    return members


def _text(element: Element, lists: frozenset[str]) -> Any:
    # <InfoType> <![CDATA[suite_ticket]]></InfoType> stands in the platform's own pages
    text = element.text.strip() if element.text else ""
    return _json_inside(text, lists=lists) if element.tag in _TEXT_JSON else text


def read_message(body: bytes, *, lists: frozenset[str] = LISTS) -> Json:
    """A message as a dict, from XML or JSON, in one form.

    ```python
    from privdomain.platforms._wechat_messages import read_message

    xml = b"<xml><Event>e</Event><info><order_id>3705115058471208928</order_id></info></xml>"
    text = b'{"Event": "e", "info": {"order_id": 3705115058471208928}}'
    assert read_message(xml) == read_message(text)
    ```

    Raises:
        WebhookRefused: ``malformed``.
    """
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] == b"<":
        plain = _read_plain(start, lists=lists)
        return _parse_xml(start, lists=lists) if plain is None else plain
    value = read_json(start)
    if not isinstance(value, dict):
        raise WebhookRefused("malformed", "the body is no object with members", status=400)
    return cast("Json", _normal(cast("Json", value), name="", lists=lists))


def _normal(value: Any, *, name: str, lists: frozenset[str], is_inside: bool = False) -> Any:
    if isinstance(value, dict):
        members = cast("Json", value).items()
        return {key: _member(inner, name=key, lists=lists, is_inside=is_inside) for key, inner in members}
    if isinstance(value, list):
        items = cast("list[object]", value)
        return [_normal(item, name=name, lists=lists, is_inside=is_inside) for item in items]
    if isinstance(value, int) and not isinstance(value, bool) and (_names_id(name) or abs(value) > _SAFE):
        return str(value)
    if isinstance(value, str) and name in _TEXT_JSON and not is_inside:
        return _json_inside(value, lists=lists)
    return value


def _member(value: Any, *, name: str, lists: frozenset[str], is_inside: bool) -> Any:
    normal = _normal(value, name=name, lists=lists, is_inside=is_inside)
    return listed(normal) if name in lists else normal


def _names_id(name: str) -> bool:
    return name in {"id", "MsgId"} or name.endswith("_id")


def _json_inside(text: str, *, lists: frozenset[str]) -> Any:
    if not text.lstrip().startswith(("{", "[")) or len(text) > _TEXT_LIMIT:
        return text
    try:
        inner = read_json(text.encode())
    except WebhookRefused:  # then it is a text like any other
        return text
    # once: a text in a text in a text would be as deep as its sender likes
    return _normal(inner, name="", lists=lists, is_inside=True)


def listed(value: Any) -> list[Any]:
    """A list: as it is, of one element, or empty for nothing."""
    if isinstance(value, list):
        return cast("list[object]", value)
    return [] if value in (None, "", {}) else [value]


def content_digest(value: Any) -> str:
    """Half a SHA-256: the same for the same content, whether numbers travelled as numbers or as text."""
    return hashlib.sha256(ascii(_framed(value)).encode()).hexdigest()[:32]


def _framed(value: Any) -> Any:
    # objects become tuples in the order of their names, so that no two contents are written alike by `ascii`
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        members = sorted(cast("Json", value).items())
        return tuple([(key, inner if type(inner) is str else _framed(inner)) for key, inner in members])
    if isinstance(value, list):
        return [_framed(item) for item in cast("list[object]", value)]
    return "" if value is None else str(value)
