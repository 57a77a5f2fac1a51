"""Opening hours as text and as intervals."""

from datetime import UTC, time

import pytest

from privdomain.calendar import BusinessHours, OpenHours
from privdomain.errors import ArgumentError


@pytest.mark.parametrize(
    ("text", "hours", "past_midnight"),
    [
        ("09:00-18:00", OpenHours(time(9), time(18)), False),
        (" 9:30-12:00 ", OpenHours(time(9, 30), time(12)), False),
        ("22:00-06:00", OpenHours(time(22), time(6)), True),
        ("18:00-24:00", OpenHours(time(18), time(0)), True),
        ("00:00-24:00", OpenHours(time(0), time(0)), True),
    ],
)
def test_an_interval_is_read_and_written(text, hours, past_midnight):
    """Text to interval and back; what does not close after it opens closes the next day."""
    read = OpenHours.parse(text)

    assert read == hours
    assert read.past_midnight is past_midnight
    assert OpenHours.parse(str(read)) == read


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9-18", 'expected "09:00-18:00"'),
        ("09:00-25:00", "expected"),
        ("24:00-06:00", "expected"),
        ("09:60-18:00", "expected"),
        ("", "expected"),
        ("09:00-09:00", "could mean always or never"),
    ],
)
def test_text_that_is_no_interval_is_refused(text, says):
    """With the form that would be right."""
    with pytest.raises(ArgumentError, match=says):
        OpenHours.parse(text)


def test_an_interval_has_no_zone_of_its_own():
    """The zone belongs to the whole of the hours."""
    with pytest.raises(ArgumentError, match="times without a zone"):
        OpenHours(time(9, tzinfo=UTC), time(18))


@pytest.mark.parametrize(
    ("week", "says"),
    [
        ({}, "no day of the week has hours"),
        ({"mon": ""}, "no day of the week has hours"),
        ({"mno": "09:00-18:00"}, "did you mean 'mon'"),
        ({"xyz": "09:00-18:00"}, "days are mon, tue"),
        ({"fri-mon": "09:00-18:00"}, "runs backwards"),
        ({"mon-fri": "09:00-18:00", "wed": "09:00-12:00"}, "wed is given twice"),
        ({"mon": "nine to five"}, "is not an interval"),
    ],
)
def test_a_week_that_cannot_be_meant_is_refused(week, says):
    """Misspelt days, days given twice, no hours at all."""
    with pytest.raises(ArgumentError, match=says):
        BusinessHours(week)
