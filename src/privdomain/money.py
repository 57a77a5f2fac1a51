"""Money as integer minor units, and the ways of splitting it that lose nothing.

The rule of the file: no float enters, no unit of currency appears or disappears. What is split by
``allocate`` adds up to what was given; what ``allocate_with_caps`` cannot place is handed back; what
``telescope`` refunds piece by piece ends exactly at the total, whatever the sequence.

Source: largest remainder (Hare quota) with ties to the earlier line; the numbered cases ALLOC-1 … ALLOC-11.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import frozen

from privdomain.errors import ArgumentError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Money", "Rounding", "allocate", "allocate_with_caps", "round_ratio", "telescope"]

# ISO 4217 minor units that are not 2. What is not listed has two digits.
_DIGITS = {
    "BHD": 3, "BIF": 0, "CLF": 4, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0,
    "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "UYW": 4, "VND": 0,
    "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip

# "1e999999999" is a short text and a number that fills the memory; no till writes an amount of 64 digits, and no
# rate is 1000 digits away from its point.
_MOST_DIGITS = 64
_FARTHEST = 1000

_CODE = re.compile(r"[A-Z]{3}\Z")


class Rounding(StrEnum):
    """How a fraction becomes a whole unit. Every rule names its own; none is implied.

    ``HALF_UP`` rounds a half away from zero (the trade's habit), ``HALF_EVEN`` to the even neighbour.
    """

    FLOOR = "floor"
    CEIL = "ceil"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


def round_ratio(value: Fraction | Decimal | int, rounding: Rounding) -> int:
    """Round an exact number to a whole one.

    ```python
    from decimal import Decimal
    from privdomain.money import Rounding, round_ratio

    assert round_ratio(Decimal("1198.8"), Rounding.HALF_UP) == 1199
    assert round_ratio(Decimal("50.5"), Rounding.HALF_EVEN) == 50
    assert round_ratio(Decimal("-2.5"), Rounding.HALF_UP) == -3
    ```

    Raises:
        ArgumentError: for a float, which has already lost what rounding would decide on; for what is no number;
            for a rule that does not exist.
    """
    exact = _exact(value)
    try:
        rounding = Rounding(rounding)
    except ValueError:
        raise ArgumentError(f"{rounding!r} is no rounding; there are: {', '.join(Rounding)}") from None
    low = exact.numerator // exact.denominator
    rest = exact - low
    if rounding is Rounding.FLOOR or not rest:
        return low
    if rounding is Rounding.CEIL:
        return low + 1
    half = Fraction(1, 2)
    if rest != half:
        return low + (rest > half)
    if rounding is Rounding.HALF_EVEN:
        return low + low % 2
    return low + (exact > 0)


def _exact(value: Fraction | Decimal | int) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, Fraction | Decimal | int):
        raise ArgumentError(
            f'{value!r} is {type(value).__name__}; write Decimal("0.12"), Fraction(12, 100) or a whole number'
        )
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > _FARTHEST):
        raise ArgumentError(f"{value!r} is not a number to calculate with")
    return Fraction(value)


def _check_minor(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ArgumentError(
            f"{value!r} is {type(value).__name__}, not a whole number of minor units; "
            'for an amount in main units use Money.of("12.50", "CNY")'
        )


def _check_currency(value: object) -> None:
    if not isinstance(value, str) or not _CODE.match(value):
        raise ArgumentError(f'{value!r} is not an ISO 4217 code such as "CNY"')


@frozen(order=False)
class Money:
    """An amount: ``minor`` units (分, pence, cents) as an integer, and the ISO 4217 ``currency``.

    Arithmetic stays in integers and in one currency: another currency or a fraction raises `ArgumentError`,
    what is no money at all the usual `TypeError`.

    ```python
    from privdomain import Money

    price = Money.cny("12.50")
    assert price == Money(1250, "CNY")
    assert price * 3 - Money.cny("0.50") == Money.cny("37.00")
    assert str(price) == "12.50 CNY"
    assert [share.minor for share in Money.cny("2.99").allocate([1, 1, 1])] == [100, 100, 99]
    ```
    """

    minor: int
    currency: str

    def __attrs_post_init__(self) -> None:
        if (
            type(self.minor) is int and self.currency == "CNY"
        ):  # nearly every amount, and an order has a dozen
            return
        _check_minor(self.minor)
        _check_currency(self.currency)

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """From main units: ``Money.of("12.50", "CNY")``. More digits than the currency has are refused.

        Raises:
            ArgumentError: for a float, text that is no number, digits below the minor unit, or a number with more
                than 64 digits.
        """
        if isinstance(amount, bool) or not isinstance(amount, str | int | Decimal):
            raise ArgumentError(f'{amount!r} is {type(amount).__name__}; write the amount as text: "12.50"')
        _check_currency(currency)
        digits = _DIGITS.get(currency, 2)
        try:
            exact = Decimal(amount)
        except ArithmeticError:
            raise ArgumentError(f'{amount!r} is not an amount; write digits and a point: "12.50"') from None
        if not exact.is_finite() or exact.adjusted() + digits >= _MOST_DIGITS:
            raise ArgumentError(f"{str(exact)[:20]!r} is not an amount of money")
        # by hand: arithmetic on Decimals rounds to the precision that the calling program has set
        sign, figures, exponent = exact.as_tuple()
        shift = int(exponent) + digits
        if shift < 0 and any(figures[shift:]):
            raise ArgumentError(f"{amount} has more digits than {currency} has ({digits}); round it first")
        whole = "".join(map(str, figures[:shift] if shift < 0 else figures)) or "0"
        minor = int(whole) * 10 ** max(shift, 0)
        return cls(-minor if sign else minor, currency)

    @classmethod
    def cny(cls, amount: str | int | Decimal) -> Money:
        """From yuan: ``Money.cny("12.50")`` is 1250 分."""
        return cls.of(amount, "CNY")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in a currency."""
        return cls(0, currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ArgumentError(f"{self} and {other} are different currencies; convert one of them first")

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __radd__(self, other: object) -> Money:
        # sum() starts from 0; a lost first amount would be worse than this one concession
        return self if other == 0 and isinstance(other, int) else NotImplemented

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> Money:
        if isinstance(count, bool) or not isinstance(count, int):
            raise ArgumentError(
                f"{count!r}: money is multiplied by whole numbers; for a rate use .times(rate, rounding=…)"
            )
        return Money(self.minor * count, self.currency)

    __rmul__ = __mul__

    def times(self, rate: Fraction | Decimal | int, *, rounding: Rounding) -> Money:
        """The amount at an exact rate, rounded by a named rule.

        ```python
        from decimal import Decimal
        from privdomain.money import Money, Rounding

        assert Money.cny("99.90").times(Decimal("0.12"), rounding=Rounding.HALF_UP) == Money.cny("11.99")
        ```
        """
        return Money(round_ratio(_exact(rate) * self.minor, rounding), self.currency)

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return other < self

    def __ge__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return other <= self

    def __bool__(self) -> bool:
        return self.minor != 0

    @property
    def amount(self) -> Decimal:
        """In main units, exactly: ``Money(1250, "CNY").amount`` is ``Decimal("12.50")``."""
        # from text: arithmetic on Decimals rounds to the precision that the calling program has set
        return Decimal(f"{self.minor}E-{_DIGITS.get(self.currency, 2)}")

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split over weights by largest remainder; the shares sum to the amount. See `allocate`."""
        return [Money(share, self.currency) for share in allocate(self.minor, weights)]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """How pydantic reads and writes it: ``{"minor": 1250, "currency": "CNY"}``, strictly typed."""
        from pydantic_core import core_schema  # noqa: PLC0415  (pydantic must not load with Money)

        def build(fields: dict[str, Any]) -> Money:
            return cls(fields["minor"], fields["currency"])

        parts = core_schema.typed_dict_schema(
            {
                "minor": core_schema.typed_dict_field(core_schema.int_schema(strict=True)),
                "currency": core_schema.typed_dict_field(core_schema.str_schema(pattern="^[A-Z]{3}$")),
            },
            extra_behavior="forbid",
        )
        from_parts = core_schema.no_info_after_validator_function(build, parts)
        return core_schema.json_or_python_schema(
            json_schema=from_parts,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_parts]),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda money: {"minor": money.minor, "currency": money.currency}
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Both keys and no others; pydantic 2.11 leaves the last part out by itself."""
        return {**handler(schema), "additionalProperties": False}


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Split ``amount`` in proportion to ``weights`` by largest remainder; ties go to the earlier line.

    All weights zero means equal weights; a negative amount is the mirror of the positive one. The shares sum
    exactly to the amount.

    ```python
    from privdomain.money import allocate

    assert allocate(299, [4300, 1400, 2300]) == [161, 52, 86]
    assert allocate(100, [333, 333, 1]) == [50, 50, 0]
    assert sum(allocate(-300, [4000, 2000, 2000])) == -300
    ```

    Raises:
        ArgumentError: for no weights, a negative weight, or anything that is not an integer.
    """
    _whole("amount", amount)
    if not weights:
        raise ArgumentError("there is nothing to allocate over: weights is empty")
    for position, weight in enumerate(weights):
        _whole(f"weights[{position}]", weight)
        if weight < 0:
            raise ArgumentError(f"weights[{position}] is {weight}; weights are zero or more")
    if amount < 0:
        return [-share for share in allocate(-amount, weights)]
    total = sum(weights)
    scale, of = (weights, total) if total else ([1] * len(weights), len(weights))
    shares = [amount * weight // of for weight in scale]
    by_rest = sorted(range(len(scale)), key=lambda line: (-(amount * scale[line] % of), line))
    for line in by_rest[: amount - sum(shares)]:
        shares[line] += 1
    return shares


def allocate_with_caps(amount: int, weights: Sequence[int], caps: Sequence[int]) -> tuple[list[int], int]:
    """Split a reduction over lines that can each give at most ``caps[line]`` (their price floor).

    By largest remainder, clamped; what is left over is allocated again over the lines with room, until
    nothing is left or no line has room. Returns the shares and what could not be placed.

    ```python
    from privdomain.money import allocate_with_caps

    assert allocate_with_caps(1200, [1000, 2000, 5000, 3000], [1000, 100, 0, 400]) == ([700, 100, 0, 400], 0)
    assert allocate_with_caps(2500, [5000, 6000], [500, 1500]) == ([500, 1500], 500)
    ```

    Raises:
        ArgumentError: for a negative amount or cap, or lists of different length.
    """
    if len(weights) != len(caps):
        raise ArgumentError(f"{len(weights)} weights and {len(caps)} caps; there must be one cap per line")
    for position, cap in enumerate(caps):
        _whole(f"caps[{position}]", cap)
        if cap < 0:
            raise ArgumentError(f"caps[{position}] is {cap}; a line cannot give less than nothing")
    _whole("amount", amount)
    if amount < 0:
        raise ArgumentError(f"amount is {amount}; a capped allocation spreads a reduction, zero or more")
    allocate(amount, weights)  # one place checks the weights, even where no line has room
    shares = [0] * len(weights)
    rest = amount
    while rest:
        room = [line for line, cap in enumerate(caps) if shares[line] < cap]
        if not room:
            break
        # a line of weight 0 gives only when nobody else can
        weighted = [line for line in room if weights[line]] or room
        for line, share in zip(weighted, allocate(rest, [weights[line] for line in weighted]), strict=True):
            taken = min(share, caps[line] - shares[line])
            shares[line] += taken
            rest -= taken
    return shares, rest


def telescope(total: int, units: int, unit: int) -> int:
    """The refund of the ``unit``-th of ``units`` (from 1), so that any number of them adds up.

    ``floor(total·k/n) − floor(total·(k−1)/n)``: after the last unit exactly ``total`` has been refunded.

    ```python
    from privdomain.money import telescope

    assert [telescope(8999, 3, k) for k in (1, 2, 3)] == [2999, 3000, 3000]
    ```

    Raises:
        ArgumentError: for a unit outside 1 … units, or a negative total.
    """
    for name, value in (("total", total), ("units", units), ("unit", unit)):
        _whole(name, value)
    if total < 0:
        raise ArgumentError(f"total is {total}; what was paid is zero or more")
    if not 1 <= unit <= units:
        raise ArgumentError(f"unit {unit} of {units}; units are counted from 1 to {units}")
    return total * unit // units - total * (unit - 1) // units


def _whole(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ArgumentError(f"{name} is {value!r} ({type(value).__name__}); only integers are split")
