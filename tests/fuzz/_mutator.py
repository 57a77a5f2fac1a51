"""A seeded mutator: from recorded bodies, bodies that nobody should send.

Two kinds of damage. To the bytes: flipped, inserted, repeated and missing ones, a body cut or joined with another. To
what the bytes say: a value of another type, a key gone, a number beyond every limit, a thousand levels, a list where
one object was, half of an emoji. JSON inside a text is damaged inside, and XML element by element. The same seed makes
the same bodies, so a number is all that a failure needs.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

ODD: tuple[Any, ...] = (
    None, True, False, "", "0", 0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**40, 0.1, -0.0, 1e308,
    [], {}, [[]], [None], [{}], {"": ""}, {"id": None}, "null", "NaN", "2026-13-45 99:99:99", "1e9", "１２３",
    "\x00", "\ud83d", "9" * 5000, "2026-02-30", "0001-01-01 00:00:00", "９９", "²", "1.5", "1_0", " 1 ", 253402300800, 99999999999999, "é" * 300, "<xml/>", '{"a": [1, {"b": null}]}', "不可能", "-" * 4000,
)  # fmt: skip
"""Values that have been seen where others were promised, and some that have not."""

_DEEP = 400
_ELEMENT = re.compile(rb"<(\w+)>([^<]*|<!\[CDATA\[.*?\]\]>)</\1>", re.DOTALL)
_XML = (
    b"", b"<![CDATA[]]>", b"<![CDATA[0]]>", b"-1", b"9" * 5000, b"&#0;", b"&#xD800;", b"&lt;", b"&none;", b"]]>",
    b"<a/>", b"<a>1</a><a>2</a>", b"<!-- -->", b"<?a b?>", b'<!DOCTYPE x [<!ENTITY e "e">]>', b"<item>" * _DEEP,
    b'{"a":1}', b"[1,2]", b"<List><a>1</a></List><List/>", b"\xff", "é".encode("latin-1"), b"<a:b>1</a:b>",
)  # fmt: skip
"""What an element may hold where text was meant."""


class Mutator:
    """Damaged copies of ``bodies``, as many as are asked for."""

    def __init__(self, bodies: Sequence[bytes], *, seed: str) -> None:
        self._bodies = list(bodies)
        self._documents = [_document(body) for body in self._bodies]
        self._random = random.Random(seed)

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield self.damaged(self._random.randrange(len(self._bodies)))

    def damaged(self, place: int) -> bytes:
        """A damaged copy of one of the bodies."""
        document, body = self._documents[place], self._bodies[place]
        if self._random.random() < 0.7:
            if document is not None:
                try:
                    return self.say(self.meaning(document))
                except RecursionError:  # a deep place that was made deeper again: too deep for us to write
                    return self.bytes_of(body)
            if body.lstrip().startswith(b"<"):
                return self.elements_of(body)
        return self.bytes_of(body)

    def meaning(self, document: Any) -> Any:
        """A copy of a JSON document with one to three things changed."""
        changed = [copy.deepcopy(document)]  # in a list, so that the document itself can be replaced
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            here, key = self._somewhere(changed)
            self._change(here, key)
        return changed[0] if changed else None

    def elements_of(self, body: bytes) -> bytes:
        """A copy of an XML body with one to three of its innermost elements changed, repeated, renamed or gone."""
        chance = self._random
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            found = list(_ELEMENT.finditer(body))
            if not found:
                return self.bytes_of(body)
            one = chance.choice(found)
            name, whole = one[1], one[0]
            match chance.randrange(6):
                case 0:
                    new = b""
                case 1:
                    new = whole * chance.choice((2, 3, 50))
                case 2:
                    other = chance.choice(found)[1] + chance.choice((b"", b"_", b" a='1'"))
                    new = b"<%b>%b</%b>" % (other, one[2], other.split()[0])
                case 3:
                    depth = chance.choice((3, 40, _DEEP))
                    new = b"<%b>" % name * depth + one[2] + b"</%b>" % name * depth
                case _:
                    new = b"<%b>%b</%b>" % (name, chance.choice(_XML), name)
            body = body[: one.start()] + new + body[one.end() :]
        return body

    def bytes_of(self, body: bytes) -> bytes:
        """A copy of a body with one to four of its bytes, or pieces of it, changed."""
        chance, text = self._random, bytearray(body)
        for _ in range(chance.choice((1, 1, 2, 4))):
            at = chance.randrange(len(text) + 1)
            match chance.randrange(8):
                case 0 if text:
                    text[at % len(text)] ^= 1 << chance.randrange(8)
                case 1:
                    text[at:at] = chance.randbytes(chance.choice((1, 2, 16)))
                case 2:
                    del text[at : at + chance.choice((1, 2, 16, 256))]
                case 3:
                    del text[at:]
                case 4:
                    text[at:at] = text[at : at + 64]
                case 5:
                    text[at:at] = chance.choice(self._bodies)
                case 6:
                    text[at:at] = chance.choice(
                        (
                            b"\xff\xfe",
                            b"\xef\xbb\xbf",
                            b"\x00",
                            b"\xed\xa0\x80",
                            b"\\ud800",
                            b'"',
                            b"]]>",
                            b"&x;",
                        )
                    )
                case _:
                    text[at:at] = chance.choice((b"[", b"{", b'{"a":')) * chance.choice((1, 10, _DEEP))
        return bytes(text)

    def say(self, document: Any) -> bytes:
        """The document as bytes, in one of the ways JSON is written."""
        ascii_only = self._random.random() < 0.3
        text = json.dumps(
            document, ensure_ascii=ascii_only, separators=self._random.choice(((",", ":"), (", ", ": ")))
        )
        return text.encode("utf-8", "surrogatepass")

    def _somewhere(self, root: list[Any]) -> tuple[Any, Any]:
        here: Any = root
        key: Any = 0 if root else None
        while key is not None:
            inner = here[key]
            steps = (
                list(inner)
                if isinstance(inner, dict)
                else list(range(len(inner)))
                if isinstance(inner, list)
                else []
            )
            if not steps or self._random.random() < 0.25:
                return here, key
            here, key = inner, self._random.choice(steps)
        return here, key

    def _change(self, here: Any, key: Any) -> None:
        if key is None:
            return
        chance = self._random
        inner = _inside(here[key])
        if inner is not None and chance.random() < 0.7:
            # JSON in a text: platforms put what matters there
            here[key] = self.say(self.meaning(inner)).decode("utf-8", "surrogatepass")
            return
        match chance.randrange(9):
            case 0:
                del here[key]
            case 1 if isinstance(here[key], dict | list):
                here[key] = json.dumps(here[key])
            case 2 if isinstance(here[key], str):
                here[key] = here[key][: len(here[key]) // 2]
            case 3 if isinstance(here[key], int):
                here[key] = chance.choice(
                    (
                        str(here[key]),
                        float(here[key]) if abs(here[key]) < 2**60 else None,
                        -here[key],
                        here[key] * 10**9,
                    )
                )
            case 4:
                here[key] = [here[key]]
            case 5 if isinstance(here[key], list) and here[key]:
                here[key] = chance.choice((here[key][0], here[key] * 3, here[key][::-1]))
            case 6 if isinstance(here, dict):
                here[chance.choice((str(key).upper(), f"{key}_", "", "__class__"))] = here.pop(key)
            case 7:
                deep: Any = here[key]
                for _ in range(chance.choice((3, 70, _DEEP))):
                    deep = [deep] if chance.random() < 0.5 else {"a": deep}
                here[key] = deep
            case _:
                here[key] = copy.deepcopy(chance.choice(ODD))


def _inside(value: Any) -> Any:
    """The document in a text; None where there is none."""
    if not isinstance(value, str) or not value.startswith(("{", "[")) or len(value) > 20_000:
        return None
    try:
        return json.loads(value) or None
    except (ValueError, RecursionError):
        return None


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
