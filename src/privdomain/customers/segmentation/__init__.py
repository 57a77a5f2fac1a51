"""Who the customers are by what they bought: RFM scores, the English segments and the eight value classes."""

from privdomain.customers.segmentation.names import (
    SEGMENT_GRID,
    SEGMENT_RANGES,
    RFMSegment,
    ValueClass,
    name_in_grid,
    name_in_ranges,
)
from privdomain.customers.segmentation.rfm import RFM

__all__ = [
    "RFM",
    "SEGMENT_GRID",
    "SEGMENT_RANGES",
    "RFMSegment",
    "ValueClass",
    "name_in_grid",
    "name_in_ranges",
]
