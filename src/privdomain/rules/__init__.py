"""One predicate language with one meaning for a row, a frame and a cluster.

A rule is written in Python (`field`), as text (`parse_rule`) or as JSON (`Rule.from_json`), which are three forms of
one tree; it is read by one compiled function per row or by one plan per frame, which agree, missing values included.
"""

from privdomain.rules._ast import MAX_DEPTH, MAX_SIZE, And, Constant, ConstantKind, Node, Not, Op, Or, Test
from privdomain.rules._explain import Clause, Explanation, Language
from privdomain.rules._json import rule_json_schema
from privdomain.rules._python import Field, field
from privdomain.rules._row import Row
from privdomain.rules._rule import Fields, Rule, all_of, any_of, parse_rule
from privdomain.rules._set import RuleSet, match_frame
from privdomain.rules._tokens import MAX_TEXT

__all__ = [
    "MAX_DEPTH",
    "MAX_SIZE",
    "MAX_TEXT",
    "And",
    "Clause",
    "Constant",
    "ConstantKind",
    "Explanation",
    "Field",
    "Fields",
    "Language",
    "Node",
    "Not",
    "Op",
    "Or",
    "Row",
    "Rule",
    "RuleSet",
    "Test",
    "all_of",
    "any_of",
    "field",
    "match_frame",
    "parse_rule",
    "rule_json_schema",
]
