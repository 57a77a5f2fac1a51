"""The words of a rule text, each with its place, and the one way an error shows it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal, TypeAlias

from attrs import frozen

from privdomain.errors import RuleSyntaxError

__all__ = ["KEYWORDS", "MAX_TEXT", "Place", "Token", "instead", "is_name", "mistake", "place", "tokens"]

MAX_TEXT: Final = 5_000_000
"""How many characters a rule text may have."""

KEYWORDS: Final = frozenset(
    "and or not in between is missing contains starts_with ends_with true false".split()  # noqa: SIM905
)
"""Words that are no field names unless they stand in backticks."""

TokenKind: TypeAlias = Literal["name", "keyword", "string", "number", "sign", "end"]


@frozen
class Token:
    """One word: what it is, its text (a string's or a quoted name's content), and where it begins."""

    kind: TokenKind
    text: str
    at: int
    quoted: bool = False


_SPACE: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:_[0-9]+)*(?:\.[0-9]+(?:_[0-9]+)*)?(?:[eE][+-]?[0-9]+)?")
_SIGN: Final = re.compile(r"==|!=|<=|>=|[<>()\[\],]")
_UNICODE: Final = re.compile(r"u(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]{1,6})\})")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", "`": "`"}

# What people write instead. The value is what to write; the sentence is made in _strange.
_INSTEAD: Final = {
    "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "~": "not", "=": "==", "<>": "!=", "=<": "<=",
    "=>": ">=", "===": "==", "!==": "!=", "{": "[", "}": "]", "“": '"', "”": '"', "‘": '"', "’": '"',
    "（": "(", "）": ")",
    "，": ",", "、": ",", "［": "[", "］": "]", "【": "[", "】": "]", "＝": "==", "＞": ">", "＜": "<", "≥": ">=",
    "≤": "<=", "≠": "!=", "！": "not", "＆": "and", "∈": "in",
}  # fmt: skip
# Words of other languages, and what they are here.
_SAID: Final = {
    "null": "is missing", "none": "is missing", "nil": "is missing", "nan": "is missing", "like": "contains",
    "startswith": "starts_with", "starts": "starts_with", "endswith": "ends_with", "ends": "ends_with",
    "eq": "==", "ne": "!=", "neq": "!=", "lt": "<", "le": "<=", "lte": "<=", "gt": ">", "ge": ">=", "gte": ">=",
    "equals": "==", "isnull": "is missing", "is_null": "is missing", "is null": "is missing",
    "notnull": "is not missing", "is_not_null": "is not missing", "is not null": "is not missing", "nin": "not in",
    "且": "and", "或": "or", "非": "not", "并且": "and", "或者": "or", "包含": "contains", "等于": "==", "大于": ">",
    "小于": "<", "为空": "is missing",
}  # fmt: skip
_LONG: Final = re.compile("===|!==|<>|=<|=>|&&|[|]{2}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def instead(word: str) -> str | None:
    """What a word or sign of another language is called here, None when it is none that is known."""
    return _INSTEAD.get(word) or _SAID.get(word.lower())


def is_name(text: str) -> bool:
    """Whether a field's name can stand without backticks: words with dots between, none of them a keyword."""
    return text not in KEYWORDS and all(part.isidentifier() for part in text.split("."))


def tokens(text: str) -> list[Token]:
    """All words of the text, closed by an ``end``.

    Raises:
        RuleSyntaxError: at the first character that belongs to no word.
    """
    if len(text) > MAX_TEXT:
        raise RuleSyntaxError(f"a rule text has at most {MAX_TEXT:,} characters", line=1, column=1)
    found: list[Token] = []
    at = 0
    while at < len(text):
        space = _SPACE.match(text, at)
        if space:
            at = space.end()
            continue
        token, at = _token(text, at)
        found.append(token)
    return [*found, Token("end", "", len(text.rstrip()))]


def _token(text: str, at: int) -> tuple[Token, int]:
    char = text[at]
    if char in "\"'`":
        content, end = _quoted(text, at)
        return Token("name" if char == "`" else "string", content, at, quoted=True), end
    number = _NUMBER.match(text, at)
    if number:
        return _number(text, number)
    if char.isidentifier():
        end = _name_end(text, at)
        word = text[at:end]
        return Token("keyword" if word in KEYWORDS else "name", word, at), end
    sign = _SIGN.match(text, at)
    if sign is None or _LONG.match(text, at):
        raise _strange(text, at)
    return Token("sign", sign[0], at), sign.end()


def _number(text: str, number: re.Match[str]) -> tuple[Token, int]:
    end = number.end()
    day = _DATE.match(text, number.start())
    if day:
        raise mistake(
            text, number.start(), "a date stands in quotes and says what it is", f'date("{day[0]}")'
        )
    if end < len(text) and (f"a{text[end]}".isidentifier() or text[end] == "."):
        rest = _name_end(text, number.start())
        raise mistake(
            text, number.start(), f"{text[number.start() : rest]!r} is no number",
            "a field's name that begins with a digit stands in backticks; digits are grouped as 20_000",
        )  # fmt: skip
    return Token("number", number[0], number.start()), end


def _name_end(text: str, at: int) -> int:
    end = at
    while end < len(text):
        following = text[end + 1 : end + 2]
        if f"a{text[end]}".isidentifier() or (
            text[end] == "." and f"a{following}".isidentifier() and following
        ):
            end += 1
        else:
            break
    return max(end, at + 1)


def _quoted(text: str, at: int) -> tuple[str, int]:
    quote, start = text[at], at + 1
    parts: list[str] = []
    stops = re.compile(rf"[\\{quote}]")
    while True:
        stop = stops.search(text, start)
        if stop is None:
            what = "field name" if quote == "`" else "string"
            raise mistake(text, at, f"this {what} is not closed", f"{quote} at its end")
        parts.append(text[start : stop.start()])
        if stop[0] == quote:
            return "".join(parts), stop.end()
        char, start = _escape(text, stop.start())
        parts.append(char)


def _escape(text: str, at: int) -> tuple[str, int]:
    letter = text[at + 1 : at + 2]
    if letter in _ESCAPES and letter:
        return _ESCAPES[letter], at + 2
    code = _UNICODE.match(text, at + 1)
    if code:
        point = int(code[1] or code[2], 16)
        if point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF:
            return chr(point), code.end()
        raise mistake(text, at, "this is half a character or none", r"the character itself, or \u{1F600}")
    raise mistake(text, at, f"\\{letter} is no escape", r"one of \\ \" \' \` \n \t \r \u4E0A \u{1F600}")


def _strange(text: str, at: int) -> RuleSyntaxError:
    long = _LONG.match(text, at)
    sign = long[0] if long else text[at]
    instead = _INSTEAD.get(sign)
    if instead is None:
        return mistake(text, at, f"{sign!r} has no meaning here", "a field, a comparison, and, or, not")
    return mistake(text, at, f"{sign} is not written in a rule", instead)


@frozen
class Place:
    """Line and column, from 1, and the line itself under which a caret points at the place."""

    line: int
    column: int
    shown: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


def mistake(text: str, at: int, problem: str, expected: str = "") -> RuleSyntaxError:
    """The error with its place and a picture of it."""
    found = place(text, at)
    right = f"; expected {expected}" if expected else ""
    return RuleSyntaxError(f"{found}: {problem}{right}\n{found.shown}", line=found.line, column=found.column)


def place(text: str, at: int) -> Place:
    """Where the character at this offset stands."""
    line = text.count("\n", 0, at) + 1
    begin = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    whole = text[begin : len(text) if end < 0 else end].rstrip()
    column = at - begin + 1
    cut = max(0, column - 61)
    shown = ("…" if cut else "") + whole[cut : cut + 100] + ("…" if len(whole) > cut + 100 else "")
    before = shown[: column - 1 - cut + bool(cut)]
    # Chinese characters are two columns wide on a terminal
    margin = " " * sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in before)
    return Place(line, column, f"  {shown}\n  {margin}^")
