"""How the cells of an exported table are read: for each kind the values, and what is wrong with what has none.

Everything works on a whole column at once, in steps that each compute a thing once (an expression that is used
five times is computed five times). A cell that cannot be read has no value and a reason; an empty cell has
neither. A reason quotes a cell only when it is made of digits and the signs of amounts and dates, and is no phone
number: columns shift, and then a name stands where an amount should.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from attrs import frozen

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Cells", "amounts", "currencies", "flags", "identifiers", "instants", "texts", "units", "words"]

_BLANK: Final = ("", "-", "--", "—", "——", "null", "none", "nan", "n/a", "#n/a")
# [0-9] and not \d: in these patterns \d is every digit of Unicode, and slow
_QUOTABLE: Final = r"^[0-9 .,:/+\-¥元年月日时分秒上下午eETZ%()]{1,25}$"
_PHONE: Final = r"1[3-9][0-9]{9}"
_SCIENTIFIC: Final = (
    r"^[+-]?(?:[0-9]*[.,][0-9]*[eE] ?[+-]?[0-9]{1,3}|[0-9]+[eE] ?[+-][0-9]{1,3}|[0-9]+[eE][0-9]{2,3})$"
)
"""3.7E+18, 12.3e17, 37E17. A sign or a point in it is of a number; without both, 12E5 is a code as shops give them,
and only two digits of exponent are what an id of twelve digits and more becomes."""
# spaces only where they group thousands: 138 0000 0000 is no amount
_NUMBER: Final = (
    r"^(?P<sign>[+-]?) *(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)"
    r"(?:\.(?P<rest>[0-9]*))?$"
)
_BEFORE: Final = r"(?i)^([+-]?)(?:\s*(?:¥|CNY|RMB|人民币))+\s*"
_BEHIND: Final = r"(?i)(?:\s*(?:人民币|CNY|RMB|元))+$"
"""The yuan around an amount: never inside it, where 5元8 would become 58."""
_YUAN: Final = {"RMB": "CNY", "人民币": "CNY", "元": "CNY", "人民币元": "CNY"}
_MOMENT: Final = (
    r"^(?P<year>(?:19|2[01])[0-9]{2})[-/.年](?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
    r"(?:[T ]*(?P<half>上午|下午)? *(?P<hour>[0-9]{1,2})[:时](?P<minute>[0-9]{1,2})分?"
    r"(?::?(?P<second>[0-9]{1,2})秒?(?:[.,](?P<part>[0-9]{1,6})[0-9]*)?)?)?"
    r" *(?P<offset>Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?$"
)
_SERIALS: Final = (20_000, 80_000)
"""Excel's day numbers from 1954 to 2119; anything else that is a bare number is no date."""
_SERIAL_1970: Final = 25_569
_DAY_S: Final = 86_400
_MICROS: Final = 1_000_000
_SAFE_DIGITS: Final = 15
"""What a spreadsheet keeps of a number."""
_EXACT_BELOW: Final = 2**53
_FLAGS: Final = {
    "是": True, "有": True, "y": True, "yes": True, "true": True, "1": True, "√": True, "赠品": True,
    "否": False, "无": False, "n": False, "no": False, "false": False, "0": False, "×": False, "正常": False,
}  # fmt: skip


@frozen
class Cells:
    """A column as it was read: the values, and a reason wherever a filled cell has none."""

    value: pl.Series
    reason: pl.Series


def texts(column: pl.Series) -> Cells:
    """Text as it stands, without the spaces around it."""
    import polars as pl  # noqa: PLC0415  (the door loads no engine)

    return _read(_texts(column), pl.col("text"), pl.lit(None, dtype=pl.String))


def currencies(column: pl.Series) -> Cells:
    """Codes of ISO 4217; 人民币, 元 and RMB are CNY."""
    import polars as pl  # noqa: PLC0415

    code = pl.col("text").str.to_uppercase()
    return _read(_normal(column), code.replace(_YUAN), pl.lit(None, dtype=pl.String))


def identifiers(column: pl.Series) -> Cells:
    """Ids: text that no spreadsheet has made a number of.

    Refused are scientific notation in all its forms (1.23E+18, 12.3e17, 37E17; 12E5 is a code and stays), 123.0,
    every float, and long numbers when all of the column end in zeros after the fifteenth digit. Many ids are
    rounded to one such text, and their buyers would be one person.
    """
    import polars as pl  # noqa: PLC0415

    if column.dtype.is_float():
        told = pl.lit("is a number with a decimal point: the id has been read as a number")
        filled = pl.col("cell").is_not_null() & pl.col("cell").is_not_nan()
        return _read(column.to_frame("cell"), pl.lit(None, dtype=pl.String), pl.when(filled).then(told))
    # exports guard ids against spreadsheets with ="…", an apostrophe or a tab
    plain = pl.col("text").str.normalize("NFKC").str.replace(r'^="(.*)"$', "$1")
    bare = _texts(column).select(id=plain.str.strip_chars(" \t\r\n'`\ufeff\u200b")).select(id=_filled("id"))
    long = pl.col("id").str.contains(rf"^[0-9]{{{_SAFE_DIGITS + 1},}}$")
    looked = bare.with_columns(long=long, cut=pl.col("id").str.slice(_SAFE_DIGITS).str.contains(r"^0+$"))
    rounded = (pl.col("long") & pl.col("cut")).sum()
    all_cut = (rounded > 1) & (rounded == pl.col("long").sum())
    reason = (
        pl.when(pl.col("id").str.contains(_SCIENTIFIC))
        .then(pl.format("is {}: a spreadsheet has rounded the id", "id"))
        .when(pl.col("id").str.contains(r"^[0-9]+\.0+$"))
        .then(pl.lit("is a number with a decimal point: a spreadsheet has read the id as a number"))
        .when(pl.col("long") & pl.col("cut") & all_cut)
        .then(
            pl.lit(
                "ends in zeros after the 15th digit, as all of the column: a spreadsheet has rounded the ids"
            )
        )
        .when(pl.col("id").str.len_chars() > 128)
        .then(pl.lit("is longer than 128 characters"))
        .when(pl.col("id").str.contains(r"[\x00-\x1f\x7f]"))
        .then(pl.lit("holds a control character"))
    )
    return _read(looked, pl.col("id"), reason)


def amounts(column: pl.Series, *, digits: int) -> Cells:
    """Amounts in minor units: ``digits`` of the currency after the point, none of them lost. Zero or more."""
    import polars as pl  # noqa: PLC0415

    if column.dtype.is_float():
        scaled = column.to_frame("cell").select(scaled=pl.col("cell").fill_nan(None) * 10**digits)
        value = pl.col("scaled").round(0)
        reason = (
            pl.when(value.abs() >= _EXACT_BELOW)
            .then(pl.lit("is too large"))
            .when(value < 0)
            .then(pl.lit("is negative"))
            # 19.99 * 100 is 1998.9999999999998: what is nearer than that to a whole number was one
            .when((pl.col("scaled") - value).abs() >= 1e-4)
            .then(pl.lit("has more digits than the currency"))
        )
        return _read(scaled, value, reason, dtype=pl.Int64())
    bare = pl.col("text").str.replace(_BEFORE, "$1").str.replace(_BEHIND, "")
    parts = _numbers(_normal(column), bare)
    whole, rest = pl.col("whole"), pl.col("rest")
    minor = (whole + rest.str.head(digits).str.pad_end(digits, "0")).cast(pl.Int64, strict=False)
    read = parts.with_columns(minor=minor)
    reason = (
        pl.when(whole.is_null())
        .then(pl.format("{} is no amount", _quoted()))
        .when(rest.str.slice(digits).str.contains(r"[1-9]"))
        .then(pl.format("{} has more digits than the currency", _quoted()))
        .when(pl.col("minor").is_null() | (whole.str.len_chars() > _SAFE_DIGITS))
        .then(pl.lit("is too large"))
        .when((pl.col("sign") == "-") & (pl.col("minor") > 0))
        .then(pl.lit("is negative"))
    )
    return _read(read, pl.col("minor"), pl.when(pl.col("text").is_not_null()).then(reason))


def units(column: pl.Series, *, at_least: int) -> Cells:
    """Whole numbers of pieces; a counting word behind them (件, 个 …) is left out."""
    import polars as pl  # noqa: PLC0415

    if column.dtype.is_float():
        cell = pl.col("cell")
        reason = (
            pl.when(cell != cell.round(0))
            .then(pl.lit("is no whole number"))
            .when(cell < at_least)
            .then(pl.lit(f"is less than {at_least}"))
            .when(cell >= _EXACT_BELOW)
            .then(pl.lit("is too large"))
        )
        return _read(
            column.to_frame("cell").with_columns(cell.fill_nan(None)), cell, reason, dtype=pl.Int64()
        )
    bare = pl.col("text").str.replace(r" *[件个份盒瓶袋套包支双条]$", "")
    parts = _numbers(_normal(column), bare)
    sized = pl.col("sign").str.strip_chars("+") + pl.col("whole")
    read = parts.with_columns(size=sized.cast(pl.Int64, strict=False))
    reason = (
        pl.when(pl.col("size").is_null() | pl.col("rest").str.contains(r"[1-9]"))
        .then(pl.format("{} is no whole number", _quoted()))
        .when(pl.col("size") < at_least)
        .then(pl.format("{} is less than {}", _quoted(), pl.lit(str(at_least))))
    )
    return _read(read, pl.col("size"), pl.when(pl.col("text").is_not_null()).then(reason))


def instants(column: pl.Series, *, zone: str) -> Cells:
    """Moments in UTC from the date forms of consoles and spreadsheets; what names no zone is meant in ``zone``.

    Read are 2026-11-11, 2026/11/11 20:00, 2026年11月11日 下午8:00, 20261111200000, ISO 8601, Excel's day numbers
    (to the second), and columns that are dates already. Two-digit years and 11/11/2026 are
    not guessed; years before 1900 and offsets that no clock has are no dates.
    """
    import polars as pl  # noqa: PLC0415

    dtype, cell = column.dtype, column.to_frame("cell")
    skipped = pl.lit("is a time the clock skipped")
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        utc = pl.col("cell").dt.convert_time_zone("UTC").dt.cast_time_unit("us")
        return _read(cell, utc, pl.lit(None, dtype=pl.String))
    if isinstance(dtype, pl.Datetime | pl.Date):
        placed = cell.with_columns(utc=_in_utc(pl.col("cell").cast(pl.Datetime("us")), zone))
        lost = pl.col("cell").is_not_null() & pl.col("utc").is_null()
        return _read(placed, pl.col("utc"), pl.when(lost).then(skipped))
    if dtype.is_numeric():
        number = cell.with_columns(pl.col("cell").cast(pl.Float64).fill_nan(None))
        placed = number.with_columns(utc=_in_utc(_serial(pl.col("cell")), zone))
        lost = pl.col("cell").is_not_null() & pl.col("utc").is_null()
        return _read(placed, pl.col("utc"), pl.when(lost).then(pl.lit("is a number, and no day of Excel's")))
    run = r"^([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2}))?$"
    spread = pl.col("text").str.replace(run, "$1-$2-$3 $4:$5:$6").str.strip_chars(" :")
    parts = _normal(column).with_columns(moment=spread.str.extract_groups(_MOMENT)).unnest("moment")
    dated = parts.with_columns(local=_spelled(), shift=_offset_minutes())
    day = pl.when(pl.col("text").str.contains(r"^[0-9]{5}(\.[0-9]+)?$")).then(pl.col("text"))
    stated = (pl.col("local") - pl.duration(minutes="shift")).dt.replace_time_zone("UTC")
    utc = (
        pl.when(pl.col("shift").is_not_null())
        .then(stated)
        .when(pl.col("local").is_not_null())
        .then(_in_utc(pl.col("local"), zone))
        .otherwise(_in_utc(_serial(day.cast(pl.Float64, strict=False)), zone))
    )
    placed = dated.with_columns(utc=utc)
    reason = (
        pl.when(pl.col("text").is_null() | pl.col("utc").is_not_null())
        .then(pl.lit(None, dtype=pl.String))
        .when(pl.col("local").is_not_null())
        .then(pl.format("{} is a time the clock skipped", _quoted()))
        .otherwise(pl.format("{} is no date", _quoted()))
    )
    return _read(placed, pl.col("utc"), reason)


def flags(column: pl.Series) -> Cells:
    """是/否, yes/no, 1/0; an empty cell is no."""
    import polars as pl  # noqa: PLC0415

    if column.dtype == pl.Boolean:
        none = pl.lit(None, dtype=pl.String)
        return _read(column.to_frame("cell"), pl.col("cell").fill_null(value=False), none)
    word = pl.col("text").str.to_lowercase().str.replace(r"\.0$", "")
    known = word.replace_strict(list(_FLAGS), list(_FLAGS.values()), default=None, return_dtype=pl.Boolean)
    read = _normal(column).with_columns(known=known)
    lost = pl.col("text").is_not_null() & pl.col("known").is_null()
    value = pl.when(pl.col("text").is_null()).then(pl.lit(value=False)).otherwise(pl.col("known"))
    return _read(read, value, pl.when(lost).then(pl.lit("is neither yes nor no")))


def words(column: pl.Series, *, means: Mapping[str, str], other: str) -> Cells:
    """Words of the table as words of ours; ``other`` for those that are not known."""
    import polars as pl  # noqa: PLC0415

    known = pl.col("text").replace_strict(
        list(means), list(means.values()), default=other, return_dtype=pl.String
    )
    value = pl.when(pl.col("text").is_not_null()).then(known)
    return _read(_normal(column), value, pl.lit(None, dtype=pl.String))


def _read(frame: pl.DataFrame, value: pl.Expr, reason: pl.Expr, *, dtype: pl.DataType | None = None) -> Cells:
    """The values without those that have a reason against them."""
    import polars as pl  # noqa: PLC0415

    found = frame.select(value=value, reason=reason)
    sound = found.select(pl.when(pl.col("reason").is_null()).then(pl.col("value"))).to_series()
    return Cells(sound if dtype is None else sound.cast(dtype), found["reason"])


def _texts(column: pl.Series) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415

    text = column if column.dtype == pl.String else column.cast(pl.String)
    return text.str.strip_chars().to_frame("text").select(text=_filled("text"))


def _normal(column: pl.Series) -> pl.DataFrame:
    """As `_texts`, full-width digits and signs made plain."""
    import polars as pl  # noqa: PLC0415

    return _texts(column).with_columns(pl.col("text").str.normalize("NFKC"))


def _filled(name: str) -> pl.Expr:
    import polars as pl  # noqa: PLC0415

    return pl.when(~pl.col(name).str.to_lowercase().is_in(_BLANK)).then(pl.col(name))


def _numbers(frame: pl.DataFrame, bare: pl.Expr) -> pl.DataFrame:
    """Sign, whole part without its separators, and rest of a written number; null where it is none."""
    import polars as pl  # noqa: PLC0415

    parts = frame.with_columns(number=bare.str.extract_groups(_NUMBER)).unnest("number")
    return parts.with_columns(pl.col("whole").str.replace_all("[, ]", ""), pl.col("rest").fill_null(""))


def _quoted() -> pl.Expr:
    import polars as pl  # noqa: PLC0415

    text = pl.col("text")
    safe = text.str.contains(_QUOTABLE) & ~text.str.replace_all(r"[ .,()+-]", "").str.contains(_PHONE)
    return pl.when(safe).then(text).otherwise(pl.lit("what stands there"))


def _serial(number: pl.Expr) -> pl.Expr:
    """A spreadsheet's day number as a local time; its fraction is exact to a second, not to a microsecond."""
    import polars as pl  # noqa: PLC0415

    known = pl.when(number.is_between(*_SERIALS)).then(number)
    seconds = (known * _DAY_S).round(0).cast(pl.Int64) - _SERIAL_1970 * _DAY_S
    return (seconds * _MICROS).cast(pl.Datetime("us"))


def _spelled() -> pl.Expr:
    """The local time that the groups of ``_MOMENT`` spell; nothing for the 31st of June."""
    import polars as pl  # noqa: PLC0415

    hour = pl.col("hour").cast(pl.Int64, strict=False)
    afternoon = pl.when(pl.col("half") == "下午").then(12).otherwise(0)
    halved = pl.when(hour <= 12).then(hour % 12 + afternoon)
    clock = pl.when(pl.col("half").is_null()).then(hour.fill_null(0)).otherwise(halved)
    spelled = pl.format(
        "{}-{}-{} {}:{}:{}.{}",
        "year",
        pl.col("month").str.zfill(2),
        pl.col("day").str.zfill(2),
        clock.cast(pl.String).str.zfill(2),
        pl.col("minute").fill_null("0").str.zfill(2),
        pl.col("second").fill_null("0").str.zfill(2),
        pl.col("part").fill_null("0").str.pad_end(6, "0"),
    )
    return spelled.str.strptime(pl.Datetime("us"), "%Y-%m-%d %H:%M:%S%.f", strict=False)


def _offset_minutes() -> pl.Expr:
    import polars as pl  # noqa: PLC0415

    written = pl.col("offset").str.replace("^Z$", "+0000").str.replace(":", "", literal=True)
    # +0530 read as a number is 530: 5 hours, 30 minutes
    number = written.cast(pl.Int64, strict=False)
    return (number.abs() // 100 * 60 + number.abs() % 100) * number.sign()


def _in_utc(local: pl.Expr, zone: str) -> pl.Expr:
    return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone(
        "UTC"
    )
