"""Tags: rules under names, with one meaning for one customer and for all; what changed, and why."""

from privdomain.customers.tagging.deltas import delta_records, tag_deltas
from privdomain.customers.tagging.rules import TagRule
from privdomain.customers.tagging.tagger import Tagger
from privdomain.customers.tagging.values import TagExplanation, TagOutcome, TagValue

__all__ = ["TagExplanation", "TagOutcome", "TagRule", "TagValue", "Tagger", "delta_records", "tag_deltas"]
