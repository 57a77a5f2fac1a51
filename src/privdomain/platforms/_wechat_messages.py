"""Reading what WeChat's messages say: XML without the dangerous half of XML, and JSON, into one and the same form.

wechat.md §13.5 and §14. A message becomes a dict whatever it travelled as: lists are lists even with one element,
what is JSON inside a text is read, ids and whole numbers beyond 2^53 are text. XML is read by expat with document
types and entities refused, so that nothing is expanded, fetched or nested without end.
"""

from __future__ import annotations

import json
from typing import Any, cast
from xml.parsers import expat

from privdomain.errors import WebhookRefused
from privdomain.platforms._payload import Json
from privdomain.platforms._webhooks import read_json

__all__ = ["LISTS", "canonical", "listed", "read_message"]

LISTS = frozenset({"update_fields", "voucher_list", "api_changes", "List", "Item"})
"""Members that are lists; one element in XML (and once in published JSON) is written like a scalar."""

_TEXT_JSON = frozenset({"audit_info"})
_SAFE = 2**53
_DEPTH_LIMIT = 32
_ELEMENT_LIMIT = 20_000
_TEXT_LIMIT = 16_384
"""Characters of a text in which JSON is looked for."""


class _Hostile(Exception):
    """What no message of the platform contains."""


class _Element:
    __slots__ = ("members", "text")

    def __init__(self) -> None:
        self.members: dict[str, Any] | None = None
        self.text: list[str] = []

    def add(self, name: str, value: Any) -> None:
        members = self.members = self.members or {}
        if name not in members:
            members[name] = value
        elif isinstance(members[name], list):
            members[name].append(value)
        else:
            members[name] = [members[name], value]

    @property
    def value(self) -> Any:
        # <InfoType> <![CDATA[suite_ticket]]></InfoType> stands in the platform's own pages
        return "".join(self.text).strip() if self.members is None else self.members


class _Reader:
    """expat's handlers; whatever it finds that it should not find ends the reading."""

    def __init__(self) -> None:
        self._open: list[_Element] = []
        self._count = 0
        self.root: Any = None
        # the encoding is ours to say: a document that declares another one is read as UTF-8, or not at all
        parser = expat.ParserCreate(encoding="utf-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.SkippedEntityHandler = self._refuse
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        self._parser = parser

    def read(self, body: bytes) -> Any:
        self._parser.Parse(body, True)  # noqa: FBT003  (its signature: this is all there is)
        return self.root

    def _refuse(self, *_: object) -> Any:
        raise _Hostile

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= _DEPTH_LIMIT or self._count > _ELEMENT_LIMIT:
            raise _Hostile
        if not self._open and name != "xml":
            raise _Hostile
        self._open.append(_Element())

    def _end(self, name: str) -> None:
        done = self._open.pop()
        if self._open:
            self._open[-1].add(name, done.value)
        else:
            self.root = done.value

    def _characters(self, text: str) -> None:
        self._open[-1].text.append(text)


def _read_xml(body: bytes) -> Any:
    problem = ""
    value: Any = None
    try:
        value = _Reader().read(body)
    except _Hostile:
        problem = (
            "the body is XML with a document type, an entity, another root than <xml>, or more than "
            f"{_DEPTH_LIMIT} levels or {_ELEMENT_LIMIT} elements"
        )
    except (expat.ExpatError, UnicodeError, ValueError):
        problem = "the body is not XML in UTF-8"
    if problem:  # outside the handler: its context would show the body
        raise WebhookRefused("malformed", problem, status=400)
    return value


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
    value = _read_xml(start) if start[:1] == b"<" else read_json(start)
    if not isinstance(value, dict):
        raise WebhookRefused("malformed", "the body is no object with members", status=400)
    return cast("Json", _normal(cast("Json", value), name="", lists=lists))


def _normal(value: Any, *, name: str, lists: frozenset[str]) -> Any:
    if isinstance(value, dict):
        members = cast("Json", value).items()
        return {key: _member(inner, name=key, lists=lists) for key, inner in members}
    if isinstance(value, list):
        return [_normal(item, name=name, lists=lists) for item in cast("list[object]", value)]
    if isinstance(value, int) and not isinstance(value, bool) and (_names_id(name) or abs(value) > _SAFE):
        return str(value)
    if isinstance(value, str) and name in _TEXT_JSON:
        return _json_inside(value, lists=lists)
    return value


def _member(value: Any, *, name: str, lists: frozenset[str]) -> Any:
    normal = _normal(value, name=name, lists=lists)
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
    return _normal(inner, name="", lists=lists)


def listed(value: Any) -> list[Any]:
    """A list: as it is, of one element, or empty for nothing."""
    if isinstance(value, list):
        return cast("list[object]", value)
    return [] if value in (None, "", {}) else [value]


def canonical(value: Any) -> str:
    """The same text for the same content, whether numbers travelled as numbers or as text."""
    return json.dumps(_texts(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in cast("Json", value).items()}
    if isinstance(value, list):
        return [_texts(item) for item in cast("list[object]", value)]
    return "" if value is None else str(value)
