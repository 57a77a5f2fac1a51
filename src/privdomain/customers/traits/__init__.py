"""What is known of a customer from a history of rows: windowed aggregates, for one person or for everybody."""

from privdomain.customers.traits.definitions import (
    Count,
    DaysFirstToLast,
    DaysSince,
    Distinct,
    First,
    Last,
    Max,
    Min,
    Sum,
    Trait,
    TypicalGap,
)
from privdomain.customers.traits.rfm import EFFECTIVE_ORDERS, ORDER_KEY, rfm_definitions, rfm_traits
from privdomain.customers.traits.trait_set import TraitSet
from privdomain.customers.traits.windows import NaturalDays, RollingDays, Window

__all__ = [
    "EFFECTIVE_ORDERS",
    "ORDER_KEY",
    "Count",
    "DaysFirstToLast",
    "DaysSince",
    "Distinct",
    "First",
    "Last",
    "Max",
    "Min",
    "NaturalDays",
    "RollingDays",
    "Sum",
    "Trait",
    "TraitSet",
    "TypicalGap",
    "Window",
    "rfm_definitions",
    "rfm_traits",
]
