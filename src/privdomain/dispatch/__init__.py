"""EDGE out: outbox → platforms. Asked for once, and what was sent without an answer is known as such."""

from privdomain.dispatch.handlers import Call, Doer, Handler, Steps, WasDone, target_of
from privdomain.dispatch.outbox import Outbox
from privdomain.dispatch.report import DispatchReport, ReconcileReport
from privdomain.dispatch.sending import adispatch, areconcile_unknown, dispatch, reconcile_unknown
from privdomain.dispatch.shop import (
    SHOP_HANDLERS,
    AgreeRefund,
    AgreeReturn,
    ConfirmReturn,
    RefuseAfterSale,
    SetMemo,
    SetStock,
    Ship,
    agree_refund_intention,
    agree_return_intention,
    confirm_return_intention,
    refuse_aftersale_intention,
    set_memo_intention,
    set_stock_intention,
    ship_intention,
)

__all__ = [
    "SHOP_HANDLERS",
    "AgreeRefund",
    "AgreeReturn",
    "Call",
    "ConfirmReturn",
    "DispatchReport",
    "Doer",
    "Handler",
    "Outbox",
    "ReconcileReport",
    "RefuseAfterSale",
    "SetMemo",
    "SetStock",
    "Ship",
    "Steps",
    "WasDone",
    "adispatch",
    "agree_refund_intention",
    "agree_return_intention",
    "areconcile_unknown",
    "confirm_return_intention",
    "dispatch",
    "reconcile_unknown",
    "refuse_aftersale_intention",
    "set_memo_intention",
    "set_stock_intention",
    "ship_intention",
    "target_of",
]
