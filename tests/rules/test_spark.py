"""The same meaning on Spark (make test-all: needs a JVM)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privdomain.errors import RuleTypeError, Unsupported
from privdomain.rules import all_of, field, match_frame
from tests.rules.strategies import FIELDS, rows, rules

pytestmark = [
    pytest.mark.spark,
    # pyspark 4 is not sure of pandas 3, which nothing here hands to it
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

_TYPES = {
    "int": "long",
    "float": "double",
    "string": "string",
    "bool": "boolean",
    "date": "date",
    "instant": "timestamp",
}
_DDL = ", ".join(
    ["id long", *(f"`{name.replace('`', '``')}` {_TYPES[kind]}" for name, kind in FIELDS.items())]
)


@pytest.fixture(scope="module")
def spark():
    sql = pytest.importorskip("pyspark.sql")
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "America/New_York")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(some=st.lists(rules, min_size=10, max_size=10), people=st.lists(rows, min_size=15, max_size=30))
def test_marks_equal_the_row_reading(spark, some, people):
    """Forty random rules on a Spark DataFrame answer as on rows, whatever zone the session shows."""
    native = spark.createDataFrame(
        [(place, *(row[name] for name in FIELDS)) for place, row in enumerate(people)], _DDL
    )
    named = {f"rule {position}": rule for position, rule in enumerate(some)}

    marked = match_frame(native, rules=named)

    found = sorted(row.asDict()["id"] for row in marked.select("id").collect())
    assert found == list(range(len(people)))
    answers = {row["id"]: [row[name] for name in named] for row in marked.collect()}
    assert answers == {place: [rule.matches(row) for rule in some] for place, row in enumerate(people)}


def test_filters_and_stays_lazy(spark):
    """filter_frame gives a Spark DataFrame back; a dotted name is a name, not a struct's field."""
    native = spark.createDataFrame([(1, 7), (2, 8)], "id long, `a.b` long")

    kept = (field("a.b") > 7).filter_frame(native)

    assert type(kept) is type(native)
    assert [row["id"] for row in kept.collect()] == [2]


def test_void_columns_are_missing(spark):
    """A column of Spark's type void holds nothing, and is no wrong kind."""
    native = spark.sql("select 1 as id, null as nothing")

    marked = match_frame(native, rules={"eq": field("nothing") == 1, "gone": field("nothing").is_missing()})

    assert marked.select("eq", "gone").collect()[0] == (False, True)


def test_kinds_are_checked_before_anything_runs(spark):
    """As everywhere: a string against a number is refused, not cast."""
    with pytest.raises(RuleTypeError, match="id: is int; expected string"):
        (field("id") == "1").filter_frame(spark.sql("select 1 as id"))


def test_too_many_tests_are_refused(spark):
    """What would exhaust Spark's optimizer is said before."""
    with pytest.raises(Unsupported, match="2,000 tests"):
        all_of(field("id") != number for number in range(2_001)).filter_frame(spark.sql("select 1 as id"))


@pytest.mark.parametrize("early", [date(1, 1, 1), date(1582, 12, 31), datetime(1582, 12, 31, 23, tzinfo=UTC)])
def test_years_of_another_calendar_are_refused(spark, early):
    """Before 1583 Spark's calendar is another one, and some dates end in an error of the JVM."""
    native = spark.sql("select date'2026-01-01' as day, timestamp'2026-01-01 00:00:00' as at")
    name = "at" if isinstance(early, datetime) else "day"
    for rule in (field(name) > early, field(name).is_in([early]), ~field(name).between(early, early)):
        with pytest.raises(Unsupported, match="from the year 1583 on"):
            rule.filter_frame(native)
    kept = (field(name) > early.replace(year=1583)).filter_frame(native)
    assert kept.count() == 1
