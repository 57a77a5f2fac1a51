"""Money and its splitting: nothing enters as a float, nothing appears or disappears."""

from __future__ import annotations

import decimal
import json
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from privdomain import Money
from privdomain.errors import ArgumentError
from privdomain.money import Rounding, allocate, allocate_with_caps, round_ratio, telescope

amounts = st.integers(-(10**15), 10**15)
weight_lists = st.lists(st.integers(0, 10**12), min_size=1, max_size=12)


# --- splitting ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "amount", "shares"),
    [
        pytest.param([4300, 1400, 2300], 299, [161, 52, 86], id="ALLOC-1"),
        pytest.param([1000, 1000, 1000], 299, [100, 100, 99], id="ALLOC-2"),
        pytest.param([10, 20, 10, 30, 50, 20, 10, 40], 95, [5, 10, 5, 15, 25, 10, 5, 20], id="ALLOC-3"),
        pytest.param([10, 20, 10, 30, 50, 20, 10, 40], 93, [5, 10, 5, 15, 24, 10, 5, 19], id="ALLOC-4"),
        pytest.param([10, 0], 40, [40, 0], id="ALLOC-5"),
        pytest.param([4000, 2000, 2000], -300, [-150, -75, -75], id="ALLOC-6"),
        pytest.param([333, 333, 1], 100, [50, 50, 0], id="ALLOC-7"),
    ],
)
def test_largest_remainder(weights, amount, shares) -> None:
    """The numbered cases of largest remainder: ties to the earlier line, negatives as the mirror."""

    assert allocate(amount, weights) == shares


@pytest.mark.parametrize(
    ("totals", "caps", "amount", "shares", "undistributed"),
    [
        pytest.param(
            [1000, 2000, 5000, 3000], [1000, 100, 0, 400], 1200, [700, 100, 0, 400], 0, id="ALLOC-8"
        ),
        pytest.param([5000, 6000], [500, 1500], 2500, [500, 1500], 500, id="ALLOC-9"),
        pytest.param([5000, 6000], [500, 6000], 2500, [500, 2000], 0, id="ALLOC-10"),
    ],
)
def test_price_floors(totals, caps, amount, shares, undistributed) -> None:
    """The numbered cases with caps: what one line cannot give the others do, and the rest is handed back."""

    assert allocate_with_caps(amount, totals, caps) == (shares, undistributed)


@pytest.mark.parametrize(
    ("total", "units", "refunds"),
    [
        pytest.param(3 * 3333 - 1000, 3, [2999, 3000, 3000], id="ALLOC-11"),
        pytest.param(1, 3, [0, 0, 1], id="less than a unit each"),
        pytest.param(0, 2, [0, 0], id="a gift"),
    ],
)
def test_unit_refunds(total, units, refunds) -> None:
    """One unit after another gives back exactly what the line cost."""

    assert [telescope(total, units, unit) for unit in range(1, units + 1)] == refunds


def test_zero_weights_are_equal_weights() -> None:
    """Lines that cost nothing share evenly, the earlier ones first."""

    assert allocate(5, [0, 0, 0]) == [2, 2, 1]


def test_a_line_without_weight_gives_only_when_nobody_else_can() -> None:
    """A free line keeps its price floor untouched as long as paying lines have room."""

    assert allocate_with_caps(10, [5, 0], [10, 10]) == ([10, 0], 0)
    assert allocate_with_caps(15, [5, 0], [10, 10]) == ([10, 5], 0)


@given(amounts, weight_lists)
@example(100, [333, 333, 1])
def test_shares_sum_to_the_amount_and_mirror(amount, weights) -> None:
    """Shares add up exactly, each is within one unit of its exact part, and a negative amount is the mirror."""

    shares = allocate(amount, weights)
    total = sum(weights)

    assert sum(shares) == amount
    assert allocate(-amount, weights) == [-share for share in shares]
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(amount * weight, total) if total else Fraction(amount, len(weights))
        assert abs(share - exact) < 1


@given(st.integers(0, 10**6), st.lists(st.integers(1, 50), min_size=2, max_size=8))
def test_a_missing_unit_goes_to_the_largest_remainder(amount, weights) -> None:
    """No line that was rounded down had a larger remainder than one that was rounded up, earlier lines first."""

    shares = allocate(amount, weights)
    exact = [Fraction(amount * weight, sum(weights)) for weight in weights]
    order = [(-(part - part.numerator // part.denominator), line) for line, part in enumerate(exact)]
    raised = [key for key, share, part in zip(order, shares, exact, strict=True) if share > part]
    lowered = [key for key, share, part in zip(order, shares, exact, strict=True) if share < part]

    assert not raised or not lowered or max(raised) < min(lowered)


capped = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=10)


@given(st.integers(0, 10**7), capped)
def test_caps_hold_and_the_rest_is_exact(amount, lines) -> None:
    """No line gives more than its cap, and what is handed back is exactly what all caps together cannot take."""

    weights, caps = [weight for weight, _ in lines], [cap for _, cap in lines]
    shares, rest = allocate_with_caps(amount, weights, caps)

    assert all(0 <= share <= cap for share, cap in zip(shares, caps, strict=True))
    assert sum(shares) + rest == amount
    assert rest == max(0, amount - sum(caps))


@given(st.integers(0, 10**6), weight_lists)
def test_wide_caps_change_nothing(amount, weights) -> None:
    """With room everywhere the capped split is the plain one."""

    if not any(weights):
        weights = [1] * len(weights)

    assert allocate_with_caps(amount, weights, [amount] * len(weights)) == (allocate(amount, weights), 0)


@given(st.integers(0, 10**12), st.integers(1, 60), st.randoms(use_true_random=False))
def test_refunds_in_any_order_end_at_the_total(total, units, shuffle) -> None:
    """Units refunded in any order add up to the line; each is the floor or the ceiling of its part."""

    order = list(range(1, units + 1))
    shuffle.shuffle(order)
    refunds = [telescope(total, units, unit) for unit in order]

    assert sum(refunds) == total
    assert set(refunds) <= {total // units, -(-total // units)}


@given(st.integers(0, 10**12), st.integers(1, 60))
def test_refunds_so_far_never_exceed_their_part(total, units) -> None:
    """After k of n units at most k/n has been given back, and never less than after k - 1."""

    given_back = 0
    for unit in range(1, units + 1):
        refund = telescope(total, units, unit)
        given_back += refund
        assert refund >= 0
        assert given_back == total * unit // units


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: allocate(100, []), "weights is empty"),
        (lambda: allocate(100, [1, -1]), r"weights\[1\] is -1"),
        (lambda: allocate(1.5, [1]), "amount is 1.5 \\(float\\)"),
        (lambda: allocate(True, [1]), "amount is True"),
        (lambda: allocate(100, [0.5, 0.5]), r"weights\[0\] is 0.5"),
        (lambda: allocate_with_caps(-1, [1], [1]), "amount is -1"),
        (lambda: allocate_with_caps(1, [1, 2], [1]), "2 weights and 1 caps"),
        (lambda: allocate_with_caps(1, [1], [-1]), r"caps\[0\] is -1"),
        (lambda: allocate_with_caps(1, [-1], [0]), r"weights\[0\] is -1"),
        (lambda: telescope(100, 3, 0), "unit 0 of 3"),
        (lambda: telescope(100, 3, 4), "unit 4 of 3"),
        (lambda: telescope(-1, 3, 1), "total is -1"),
        (lambda: telescope(100, 2.0, 1), "units is 2.0"),
    ],
)
def test_wrong_splits_say_what_is_wrong(call, says) -> None:
    """Each argument that cannot be split by is refused by name."""

    with pytest.raises(ArgumentError, match=says):
        call()


# --- rounding -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "floor", "ceil", "half_up", "half_even"),
    [
        ("2.5", 2, 3, 3, 2), ("3.5", 3, 4, 4, 4), ("-2.5", -3, -2, -3, -2), ("-3.5", -4, -3, -4, -4),
        ("2.4999", 2, 3, 2, 2), ("-2.5001", -3, -2, -3, -3), ("0.5", 0, 1, 1, 0), ("-0.5", -1, 0, -1, 0), ("7", 7, 7, 7, 7),
    ],
)  # fmt: skip
def test_rounding_by_name(value, floor, ceil, half_up, half_even) -> None:
    """The four rules at and around a half, on both sides of zero."""

    results = [round_ratio(Decimal(value), rule) for rule in Rounding]

    assert results == [floor, ceil, half_up, half_even]


@given(st.fractions())
def test_rounding_agrees_with_decimals_own(value) -> None:
    """Where Decimal can hold the number exactly, its own rounding is the second opinion."""

    exact = Fraction(value.numerator, 2 ** (value.denominator % 5))
    with decimal.localcontext(prec=200):
        number = Decimal(exact.numerator) / Decimal(exact.denominator)
        theirs = {
            Rounding.FLOOR: decimal.ROUND_FLOOR, Rounding.CEIL: decimal.ROUND_CEILING,
            Rounding.HALF_UP: decimal.ROUND_HALF_UP, Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
        }  # fmt: skip
        expected = [int(number.to_integral_value(rounding=theirs[rule])) for rule in Rounding]

    assert [round_ratio(exact, rule) for rule in Rounding] == expected


def test_a_rounding_can_be_named_by_its_text() -> None:
    """A policy read from JSON says "floor"; it means floor, and a misspelt one is refused."""

    assert round_ratio(Fraction(5, 2), "floor") == 2
    with pytest.raises(ArgumentError, match="no rounding; there are: floor, ceil, half_up, half_even"):
        round_ratio(Fraction(5, 2), "down")


@pytest.mark.parametrize(
    "value", [2.5, float("nan"), True, "2.5", None, Decimal("NaN"), Decimal("Infinity"), Decimal("1e9999999")]
)
def test_what_is_no_exact_number_is_not_rounded(value) -> None:
    """Floats, bools, texts and numbers that do not end are refused before anything is computed."""

    with pytest.raises(ArgumentError):
        round_ratio(value, Rounding.FLOOR)
    with pytest.raises(ArgumentError):
        Money.cny(1).times(value, rounding=Rounding.FLOOR)


# --- money ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.50", "CNY", 1250), ("12.5", "CNY", 1250), ("12", "CNY", 1200), ("-0.01", "CNY", -1), ("+3", "CNY", 300),
        (" 12.50 ", "CNY", 1250), ("12.5000", "CNY", 1250), ("1e3", "CNY", 100_000), ("１２.５", "CNY", 1250),
        (".5", "CNY", 50), ("-0", "CNY", 0), ("0.000", "JPY", 0), (7, "CNY", 700), (Decimal("0.07"), "CNY", 7),
        ("1250", "JPY", 1250), ("1250.0", "JPY", 1250), ("1.234", "KWD", 1234), ("1", "KWD", 1000), ("0.0001", "CLF", 1),
        ("12345678901234567890123456789012.34", "CNY", 1234567890123456789012345678901234),
    ],
)  # fmt: skip
def test_amounts_from_text(amount, currency, minor) -> None:
    """Text, whole numbers and Decimals become minor units, with as many digits as the currency has."""

    assert Money.of(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        (12.5, "CNY"), (True, "CNY"), (None, "CNY"), (Fraction(1, 2), "CNY"), ((0, (1, 2), -1), "CNY"), ("", "CNY"),
        ("12.505", "CNY"), ("0.0001", "KWD"), ("1.5", "JPY"), ("1,000", "CNY"), ("¥12", "CNY"), ("twelve", "CNY"),
        ("NaN", "CNY"), ("sNaN", "CNY"), ("Infinity", "CNY"), ("-inf", "CNY"), ("1e999999999", "CNY"),
        ("1e-999999999", "CNY"), (10**70, "CNY"), pytest.param(10**5000, "CNY", id="5001 digits"),
        ("1", "cny"), ("1", "CNY\n"), ("1", "RMB!"), ("1", ""), ("1", None), ("1", "人民币"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(amount, currency) -> None:
    """Floats, bools, too many digits, other writing and unknown codes are one clear error, and take no time."""

    with pytest.raises(ArgumentError):
        Money.of(amount, currency)


@pytest.mark.parametrize("minor", [12.5, 12.0, True, "12", None, Decimal(12), Fraction(12)])
def test_minor_units_are_whole_numbers(minor) -> None:
    """Nothing but an int is taken for minor units, not even a float without a fraction."""

    with pytest.raises(ArgumentError, match="minor units"):
        Money(minor, "CNY")


@given(st.integers(-(10**60), 10**60), st.sampled_from(["CNY", "JPY", "KWD", "CLF", "GBP"]))
def test_text_there_and_back(minor, currency) -> None:
    """What ``str`` shows is read back as the same amount, whatever its size and currency."""

    money = Money(minor, currency)
    number, _, code = str(money).partition(" ")

    assert code == currency
    assert Money.of(number, currency) == Money.of(money.amount, currency) == money


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (Money(1250, "CNY"), "12.50 CNY"), (Money(-5, "CNY"), "-0.05 CNY"), (Money(0, "CNY"), "0.00 CNY"),
        (Money(1250, "JPY"), "1250 JPY"), (Money(-1234, "KWD"), "-1.234 KWD"), (Money(10**40, "CNY"), "1" + "0" * 38 + ".00 CNY"),
    ],
)  # fmt: skip
def test_how_it_is_shown(money, shown) -> None:
    """Main units with exactly the currency's digits."""

    assert str(money) == shown


@pytest.mark.parametrize("precision", [1, 3, 28])
def test_the_programs_decimal_context_changes_nothing(precision) -> None:
    """A program that set Decimal's precision to three digits still gets every fen."""

    with decimal.localcontext(prec=precision, rounding=decimal.ROUND_UP) as context:
        context.traps[decimal.Inexact] = False
        money = Money.of("123456.78", "CNY")

        assert money.minor == 12_345_678
        assert str(money) == "123456.78 CNY"
        assert str(money.amount) == "123456.78"
        assert money.times(Decimal("0.5"), rounding=Rounding.FLOOR).minor == 6_172_839


def test_arithmetic() -> None:
    """Sums, differences, signs, whole multiples and comparisons, as on integers."""

    a, b = Money.cny("12.50"), Money.cny("0.05")

    assert (a + b, a - b, b - a) == (Money.cny("12.55"), Money.cny("12.45"), Money.cny("-12.45"))
    assert (-a, a * 3, 3 * a, a * 0) == (
        Money.cny("-12.50"),
        Money.cny("37.5"),
        Money.cny("37.5"),
        Money.zero("CNY"),
    )
    assert b < a and b <= a and a > b and a >= b and a >= a
    assert bool(a) and not Money.zero("CNY")
    assert sorted([a, b]) == [b, a] and max(a, b) == a


def test_sum_starts_from_nothing() -> None:
    """``sum`` works without a start; an empty one needs a start that names the currency."""

    assert sum([Money.cny(1), Money.cny(2)]) == Money.cny(3)
    assert sum([], Money.zero("CNY")) == Money.zero("CNY")


@pytest.mark.parametrize(
    "mix",
    [
        lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a <= b,
        lambda a, b: a > b, lambda a, b: a >= b, lambda a, b: sum([a, b]),
    ],
)  # fmt: skip
def test_currencies_do_not_mix(mix) -> None:
    """Adding or ordering two currencies says which two, and that one must be converted."""

    with pytest.raises(ArgumentError, match=r"(10\.00 CNY and 10 JPY|10 JPY and 10\.00 CNY) are different"):
        mix(Money.cny(10), Money.of(10, "JPY"))


def test_equality_looks_at_the_currency() -> None:
    """Nothing in yuan is not nothing in yen; a bare number is no money."""

    assert Money.zero("CNY") != Money.zero("JPY")
    assert Money(100, "CNY") != 100


@pytest.mark.parametrize(
    "mix",
    [
        lambda a: a + 1,
        lambda a: 1 + a,
        lambda a: a - 1,
        lambda a: a < 1,
        lambda a: a >= 1,
        lambda a: 0.0 + a,
        lambda a: a / 2,
    ],
)
def test_bare_numbers_do_not_mix_in(mix) -> None:
    """A number without a currency is a TypeError, as Python has it for strangers."""

    with pytest.raises(TypeError):
        mix(Money.cny(1))


@pytest.mark.parametrize("factor", [1.5, True, Decimal(2), "2", Money(1, "CNY")])
def test_multiples_are_whole(factor) -> None:
    """A rate needs a rounding, so `*` takes whole numbers only and points to ``times``."""

    with pytest.raises(ArgumentError, match="times"):
        Money.cny(1) * factor


@given(amounts, weight_lists)
def test_allocating_money_keeps_the_currency(minor, weights) -> None:
    """`Money.allocate` is `allocate` with the currency on every share."""

    shares = Money(minor, "JPY").allocate(weights)

    assert [share.minor for share in shares] == allocate(minor, weights)
    assert {share.currency for share in shares} == {"JPY"}


def test_it_is_a_value() -> None:
    """Equal amounts are one key of a dict, frozen, and the same after pickle."""

    money = Money.cny("12.50")

    assert {money: 1}[Money(1250, "CNY")] == 1
    assert pickle.loads(pickle.dumps(money)) == money
    with pytest.raises(AttributeError):
        money.minor = 1


# --- in models ------------------------------------------------------------------------------------------------


class Receipt(BaseModel):
    """A record with amounts, as users write them."""

    total: Money
    parts: tuple[Money, ...] = ()


@given(st.integers(-(10**30), 10**30), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_json_there_and_back_inside_a_model(minor, currency) -> None:
    """A model with amounts is the same after JSON, beyond 64 bits too, and its JSON is minor and currency."""

    receipt = Receipt(total=Money(minor, currency), parts=(Money.zero(currency),))
    text = receipt.model_dump_json()

    assert Receipt.model_validate_json(text) == receipt
    assert json.loads(text)["total"] == {"minor": minor, "currency": currency}
    assert Receipt.model_validate(receipt.model_dump()) == receipt


@pytest.mark.parametrize(
    "total",
    [
        12.5, "12.50", 1250, {"minor": 12.0, "currency": "CNY"}, {"minor": "1250", "currency": "CNY"},
        {"minor": True, "currency": "CNY"}, {"minor": 1250}, {"minor": 1250, "currency": "yuan"},
        {"minor": 1250, "currency": "CNY\n"}, {"minor": 1250, "currency": "CNY", "fen": 0}, None,
    ],
)  # fmt: skip
def test_models_take_no_other_form(total) -> None:
    """Floats, texts, loose numbers, missing and unknown keys are refused, from Python and from JSON."""

    with pytest.raises(ValidationError):
        Receipt.model_validate({"total": total})
    with pytest.raises(ValidationError):
        Receipt.model_validate_json(json.dumps({"total": total}))


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_says_the_form(mode) -> None:
    """The published schema of an amount names both keys and allows no others."""

    schema = TypeAdapter(Money).json_schema(mode=mode)

    assert schema["properties"]["minor"]["type"] == "integer"
    assert schema["properties"]["currency"]["pattern"] == "^[A-Z]{3}$"
    assert sorted(schema["required"]) == ["currency", "minor"]
    assert schema["additionalProperties"] is False


# --- at full size ---------------------------------------------------------------------------------------------


@pytest.mark.prove
@settings(max_examples=50_000)
@given(
    st.integers(0, 10**18),
    st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**17)), min_size=1, max_size=40),
)
def test_prove_splits_lose_nothing(amount, lines) -> None:
    """Fifty thousand random baskets: shares, caps and the rest are exact."""

    weights, caps = [weight for weight, _ in lines], [cap for _, cap in lines]
    shares, rest = allocate_with_caps(amount, weights, caps)

    assert sum(allocate(amount, weights)) == amount
    assert sum(shares) + rest == amount
    assert rest == max(0, amount - sum(caps))
    assert all(0 <= share <= cap for share, cap in zip(shares, caps, strict=True))
