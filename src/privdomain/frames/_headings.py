"""Which heading of a console export or a till means which column of ours.

A heading is compared without its case, spaces, asterisks and unit in brackets; full-width letters count as plain
ones. What two headings claim is not guessed: the caller says which.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from privdomain.errors import ArgumentError, FrameError, Problem, nearest

__all__ = ["IMPORTED", "MoneyUnit", "headings_of", "is_order_total"]

MoneyUnit: TypeAlias = Literal["yuan", "fen"]
"""What one unit of the table's amounts is: the main unit (元) or the minor one (分)."""

# column: headings that consoles of shops and tills give it. Order matters only for suggestions.
_SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "order_id": (
        "订单号", "订单编号", "主订单编号", "主订单号", "订单id", "销售单号", "小票号", "小票编号", "单据编号", "单号",
        "order id", "order no", "order number", "invoice", "invoice no",
    ),
    "line_id": ("子订单号", "子订单编号", "商品行号", "行号", "明细编号", "line id"),
    "buyer_id": (
        "买家id", "买家编号", "买家openid", "买家会员名", "用户id", "会员号", "会员编号", "会员卡号", "会员id",
        "顾客编号", "客户编号", "客户id", "buyer id", "customer id", "member id",
    ),
    "product_id": ("商品id", "商品编号", "商品编码", "宝贝id", "spuid", "spu编码", "spu", "product id"),
    "sku_id": ("skuid", "sku编码", "sku编号", "规格id", "规格编码", "商品条码", "条码", "sku", "sku id", "stock code"),
    "title": ("商品名称", "商品标题", "宝贝标题", "宝贝名称", "货品名称", "品名", "商品", "title", "description"),
    "merchant_sku": ("商家编码", "商家sku编码", "商家自定义编码", "外部编码", "自定义编码", "货号"),
    "quantity": (
        "数量", "商品数量", "购买数量", "下单数量", "销售数量", "宝贝数量", "商品件数", "件数", "quantity", "qty",
    ),
    "unit_price_minor": ("单价", "商品单价", "商品价格", "销售单价", "商品原价", "售价", "零售价",
                         "unit price", "price"),
    "paid_minor": (
        "商品实付金额", "实付金额", "商品实付", "实付", "子订单实付金额", "实收金额", "实收", "成交金额", "小计",
        "金额", "订单实付金额", "订单实付", "订单应付金额", "订单金额", "订单总金额", "买家实际支付金额", "总金额",
        "amount", "line total",
    ),
    "discount_minor": ("优惠金额", "商品优惠金额", "商品优惠", "优惠", "折扣金额", "让利金额", "discount"),
    "refunded_quantity": ("退款数量", "退货数量", "已退数量", "退款件数"),
    "is_freebie": ("是否赠品", "赠品"),
    "is_gift": ("是否礼物单", "是否送礼", "礼物订单"),
    "status": ("订单状态", "交易状态", "单据状态", "状态", "status"),
    "created_at": (
        "下单时间", "订单创建时间", "订单提交时间", "创建时间", "提交时间", "拍下时间", "开单时间", "销售时间",
        "交易时间", "下单日期", "销售日期", "单据日期", "日期", "order date", "invoice date", "created at",
    ),
    "paid_at": ("支付时间", "付款时间", "订单付款时间", "支付完成时间", "付款日期", "paid at"),
    "updated_at": ("更新时间", "修改时间", "最后更新时间"),
    "shop_id": ("店铺id", "店铺编号", "门店编号", "门店编码", "门店id", "门店名称", "门店", "店铺名称", "store"),
    "currency": ("币种", "货币", "currency"),
    "customer_id": (),
}  # fmt: skip

IMPORTED: Final = tuple(_SYNONYMS)
"""The columns that a table can bring in."""

_ORDER_TOTALS: Final = frozenset(
    {"订单实付金额", "订单实付", "订单应付金额", "订单金额", "订单总金额", "买家实际支付金额", "总金额"}
)

_NOISE: Final = re.compile(r"[\s_*:\ufeff\u200b]+")
_BRACKETS: Final = re.compile(r"[(\[【].*?[)\]】]\Z")
_UNITS: Final[Mapping[str, MoneyUnit]] = {"元": "yuan", "分": "fen"}


def _plain(heading: str) -> str:
    text = _NOISE.sub("", unicodedata.normalize("NFKC", heading)).lower()
    return _BRACKETS.sub("", text) or text


# customer_id is not among them: a table's own "customer id" is the shop's name of a buyer, not an id of ours
_MEANS: Final = {
    _plain(heading): column
    for column, headings in _SYNONYMS.items()
    if column != "customer_id"
    for heading in (column, column.removesuffix("_minor"), *headings)
}


def is_order_total(heading: str) -> bool:
    """Whether the heading speaks of the whole order: repeated on every line of it, it would count many times."""
    return _plain(heading) in _ORDER_TOTALS


def headings_of(
    found: Iterable[str],
    *,
    columns: Mapping[str, str | None],
    money: MoneyUnit,
    needed: Iterable[tuple[str, ...]],
) -> dict[str, str]:
    """The heading of each of our columns that the table has.

    ``columns`` says it outright (None: the table does not have it) and wins over the built-in names. ``needed``
    lists columns of which the table must have at least one.

    Raises:
        ArgumentError: when ``columns`` names a column or a heading that does not exist.
        FrameError: for headings that claim the same column, that contradict ``money``, or that are missing.
    """
    headings = list(found)
    _check_columns(headings, columns)
    claims: dict[str, list[str]] = {}
    used = {heading for heading in columns.values() if heading is not None}
    for heading in headings:
        column = _MEANS.get(_plain(heading))
        if column is not None and column not in columns and heading not in used:
            claims.setdefault(column, []).append(heading)
    chosen = {column: heading for column, heading in columns.items() if heading is not None}
    problems: list[Problem] = []
    for column, claimants in claims.items():
        chosen[column] = claimants[0]
        if len(claimants) > 1:
            listed = " and ".join(map(repr, claimants))
            problems.append(
                Problem(column, f"is claimed by {listed}", f"columns={{{column!r}: …}} with the right one")
            )
    problems += _against(chosen, money)
    spare = [heading for heading in headings if heading not in chosen.values()]
    problems += [_missing(group, spare) for group in needed if not any(column in chosen for column in group)]
    if problems:
        raise FrameError(
            f"the table cannot be read; its headings are {', '.join(headings)}", problems=problems
        )
    return chosen


def _check_columns(headings: list[str], columns: Mapping[str, str | None]) -> None:
    problems: list[Problem] = []
    for column, heading in columns.items():
        if column not in _SYNONYMS:
            turned = heading in _SYNONYMS and column in headings
            hint = nearest(column, _SYNONYMS)
            right = f"columns={{{heading!r}: {column!r}}}" if turned else f"one of {', '.join(_SYNONYMS)}"
            like = f", did you mean {hint!r}?" if hint and not turned else ""
            problems.append(Problem(f"columns[{column!r}]", f"is no column of ours{like}", right))
        elif heading is not None and heading not in headings:
            hint = nearest(heading, headings)
            like = f", did you mean {hint!r}?" if hint else ""
            problems.append(Problem(f"columns[{column!r}]", f"{heading!r} is no heading of the table{like}"))
    if problems:
        raise ArgumentError("columns maps our columns to the table's headings", problems=problems)


def _against(chosen: Mapping[str, str], money: MoneyUnit) -> list[Problem]:
    """Amounts whose heading names another unit than the caller: a hundredfold mistake."""
    problems: list[Problem] = []
    for column, heading in chosen.items():
        bracket = _BRACKETS.search(unicodedata.normalize("NFKC", heading).strip())
        unit = _UNITS.get(bracket.group()[1:-1].strip()) if bracket and column.endswith("_minor") else None
        if unit is not None and unit != money:
            problems.append(
                Problem(heading, f"names its unit, but money={money!r} was said", f"money={unit!r}")
            )
    return problems


def _missing(group: tuple[str, ...], spare: list[str]) -> Problem:
    known = [heading for column in group for heading in _SYNONYMS[column]]
    plain = {_plain(heading): heading for heading in spare}
    close = next((hint for name in known if (hint := nearest(_plain(name), plain))), None)
    like = f", did you mean {plain[close]!r}?" if close else ""
    examples = " / ".join(known[:4])
    return Problem(
        " or ".join(group),
        f"is missing{like}",
        f"a heading such as {examples}, or columns={{{group[0]!r}: …}}",
    )
