"""The reader of the file of facts: what it takes, what it refuses and how it says so, and that the schema agrees."""

import copy
import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.coverage.facts import FactsFile, UnreadableFacts, read_facts
from procurement.coverage.rule import Seat

TODAY = date(2026, 11, 20)
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "coverage-facts.schema.json").read_text(encoding="utf-8"))
WHOLE: dict[str, Any] = {
    "variant": "checklist",
    "published": ["website", "ป้ายประกาศ"],
    "education": 2,
    "as_of": "2022-09-30",
    "activities": [
        {
            "id": "ก-1",
            "budget": "3,500,000.50",
            "cancelled": "2022-05-01",
            "award_date": "2022-04-30",
            "first_decision": "2022-03-01",
            "seats": [
                {"from": "2022-01-15", "to": "2022-06-01", "qualifying": True},
                {"from": "2022-01-15", "to": None, "qualifying": False, "first_decision": "2022-02-01"},
            ],
        },
        {"id": 2, "budget": None, "cancelled": True, "award_date": None, "first_decision": None, "seats": []},
    ],
}


def read(document: Any) -> FactsFile:
    return read_facts(json.dumps(document).encode(), today=TODAY)


def refusal(data: bytes) -> str:
    with translation.override("en"), pytest.raises(UnreadableFacts) as caught:
        read_facts(data, today=TODAY)
    return str(caught.value)


# --- What it takes --------------------------------------------------------------------------------------------------
def test_whole_file_is_read() -> None:
    file = read(WHOLE)
    assert (file.variant, file.facts.published, file.facts.education) == ("checklist", True, 2)
    assert file.facts.as_of == date(2022, 9, 30)
    first, second = file.facts.activities
    assert (first.id, first.budget) == ("ก-1", Decimal("3500000.50"))
    assert (first.cancelled, first.award, first.first_decision) == (
        date(2022, 5, 1), date(2022, 4, 30), date(2022, 3, 1),
    )  # fmt: skip
    assert first.seats == (
        Seat(date(2022, 1, 15), date(2022, 6, 1), True, None),
        Seat(date(2022, 1, 15), None, False, date(2022, 2, 1)),
    )
    assert (second.id, second.budget, second.cancelled, second.award, second.seats) == ("2", None, True, None, ())
    # An id comes out as it was written.
    assert file.names == {"ก-1": "ก-1", "2": 2}


def test_what_may_be_left_out() -> None:
    file = read({"activities": [{"id": 1}]})
    assert (file.variant, file.facts.published, file.facts.education) == ("regional", False, 0)
    assert file.facts.as_of == TODAY
    row = file.facts.activities[0]
    assert (row.budget, row.cancelled, row.award, row.first_decision, row.seats) == (None, None, None, None, ())


def test_seat_may_end_on_the_day_it_began() -> None:
    """Appointed, and out by an interest on the same day: never held, and no slip of the pen."""
    held = {"from": "2022-01-01", "to": "2022-01-01", "qualifying": True}
    file = read({"activities": [{"id": 1, "seats": [held]}]})
    assert file.facts.activities[0].seats == (Seat(date(2022, 1, 1), date(2022, 1, 1), True),)


@pytest.mark.parametrize(
    ("value", "published"), [(True, True), (False, False), (0, False), (3, True), ([], False), (["website"], True)]
)
def test_published_as_a_truth_a_number_or_channels(value: Any, published: bool) -> None:
    assert read({"activities": [], "published": value}).facts.published is published


@pytest.mark.parametrize(("value", "count"), [(0, 0), (3, 3), ([], 0), (["a", "b", "a"], 3), (2.0, 2)])
def test_education_as_a_number_or_a_list(value: Any, count: int) -> None:
    assert read({"activities": [], "education": value}).facts.education == count


@pytest.mark.parametrize(
    ("written", "budget"),
    [
        ("1500000", "1500000"), ("0", "0"), ("0.1", "0.1"), ("100.030", "100.03"), ('"1,234,567.89"', "1234567.89"),
        ('"12"', "12"), ('"1234"', "1234"), ('"0.10"', "0.1"), ("1e6", "1000000"),
    ],
)  # fmt: skip
def test_budget_is_read_exactly(written: str, budget: str) -> None:
    data = f'{{"activities": [{{"id": 1, "budget": {written}}}]}}'.encode()
    assert read_facts(data, today=TODAY).facts.activities[0].budget == Decimal(budget)


@pytest.mark.parametrize(
    ("value", "cancelled"), [(None, None), (False, None), (True, True), ("2022-01-02", date(2022, 1, 2))]
)
def test_cancelled(value: Any, cancelled: Any) -> None:
    assert read({"activities": [{"id": 1, "cancelled": value}]}).facts.activities[0].cancelled == cancelled


def test_file_may_begin_with_a_byte_order_mark() -> None:
    assert read_facts(b"\xef\xbb\xbf" + json.dumps(WHOLE).encode(), today=TODAY).facts == read(WHOLE).facts


# --- What it refuses ------------------------------------------------------------------------------------------------
def _with(path: str, value: Any) -> bytes:
    """The whole file with one value set at a path such as `activities.0.seats.0.to`."""
    document = copy.deepcopy(WHOLE)
    *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place: Any = document
    for key in way:
        place = place[key]
    place[last] = value
    return json.dumps(document).encode()


NO_DAY = "must be a date of the Common Era such as 2022-09-30."
NO_AMOUNT = 'must be an amount in baht: a number from 0 on, a text such as "1,234,567.50", or null.'
NO_COUNT = "must be a whole number from 0 on, or a list of texts."
NO_ID = "must be a text or a whole number."
NO_TEXT = "must be a text that is not empty."
TWICE = "is 2, which another activity has already; a re-tender is the same activity."
OF_ROOT = "is not known here; there are: activities, as_of, education, published, variant."
OF_ACTIVITY = "is not known here; there are: award_date, budget, cancelled, first_decision, id, seats."
OF_SEAT = "is not known here; there are: first_decision, from, qualifying, to."


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("variant", "central", "$.variant is not a known form; there are: regional, checklist."),
        ("variant", 5, f"$.variant {NO_TEXT}"),
        ("published", None, f"$.published {NO_COUNT}"),
        ("published", -1, f"$.published {NO_COUNT}"),
        ("published", ["website", 7], f"$.published[1] {NO_TEXT}"),
        ("education", True, f"$.education {NO_COUNT}"),
        ("education", 1.5, f"$.education {NO_COUNT}"),
        ("education", [""], f"$.education[0] {NO_TEXT}"),
        ("as_of", "30.9.2022", f"$.as_of {NO_DAY}"),
        ("as_of", "2565-09-30", f"$.as_of {NO_DAY}"),
        ("as_of", "20220930", f"$.as_of {NO_DAY}"),
        ("as_of", 20220930, f"$.as_of {NO_DAY}"),
        ("as_of", "2022-02-30", f"$.as_of {NO_DAY}"),
        ("as_of", "2022-09-30\n", f"$.as_of {NO_DAY}"),
        ("as_of", "๒๐๒๒-09-30", f"$.as_of {NO_DAY}"),
        ("activities", {}, "$.activities must be a list."),
        ("activities.1", 7, "$.activities[1] must be an object with named values."),
        ("activities.0.id", "", f"$.activities[0].id {NO_ID}"),
        ("activities.0.id", 1.5, f"$.activities[0].id {NO_ID}"),
        ("activities.0.id", True, f"$.activities[0].id {NO_ID}"),
        ("activities.0.id", "\ud800", f"$.activities[0].id {NO_ID}"),
        ("activities.0.id", "2", f"$.activities[1].id {TWICE}"),
        ("activities.0.budget", -1, f"$.activities[0].budget {NO_AMOUNT}"),
        ("activities.0.budget", "1,00", f"$.activities[0].budget {NO_AMOUNT}"),
        ("activities.0.budget", "1\n", f"$.activities[0].budget {NO_AMOUNT}"),
        ("activities.0.budget", "-", f"$.activities[0].budget {NO_AMOUNT}"),
        ("activities.0.budget", True, f"$.activities[0].budget {NO_AMOUNT}"),
        ("activities.0.budget", "9" * 41, f"$.activities[0].budget {NO_AMOUNT}"),
        (
            "activities.0.cancelled",
            0,
            "$.activities[0].cancelled must be null, false, true (the day is not known) or a date.",
        ),
        ("activities.0.cancelled", "yes", f"$.activities[0].cancelled {NO_DAY}"),
        ("activities.0.award_date", True, f"$.activities[0].award_date {NO_DAY}"),
        ("activities.0.seats", None, "$.activities[0].seats must be a list."),
        ("activities.0.seats.0.from", None, f"$.activities[0].seats[0].from {NO_DAY}"),
        (
            "activities.0.seats.1.to",
            "2022-01-14",
            "$.activities[0].seats[1].to lies before the day on which the seat begins.",
        ),
        ("activities.0.seats.1.qualifying", "true", "$.activities[0].seats[1].qualifying must be true or false."),
        ("activities.0.seats.1.until", "2022-01-14", f"$.activities[0].seats[1].until {OF_SEAT}"),
        ("activities.1.buget", 5, f"$.activities[1].buget {OF_ACTIVITY}"),
        ("year of it", 5, f'$["year of it"] {OF_ROOT}'),
    ],
)
def test_fault_is_one_sentence_with_its_path(path: str, value: Any, sentence: str) -> None:
    assert refusal(_with(path, value)) == sentence


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "$ cannot be read: this is no JSON (line 1, column 1)."),
        (b'{"activities": [}', "$ cannot be read: this is no JSON (line 1, column 17)."),
        (b'{"activities": []} x', "$ cannot be read: this is no JSON (line 1, column 20)."),
        (b'{"activities": "\xe0"}', "$ cannot be read: the file is not UTF-8 (byte 16)."),
        (b"[]", "$ must be an object with named values."),
        (b"{}", "$.activities is missing."),
        (b'{"activities": [{}]}', "$.activities[0].id is missing."),
        (
            b'{"activities": [{"id": 1, "seats": [{"from": "2022-01-01"}]}]}',
            "$.activities[0].seats[0].qualifying is missing.",
        ),
        (b'{"activities": [], "education": 1, "education": 2}', "$.education stands there twice."),
        (b'{"activities": [{"id": 1, "id": 2}]}', "$.activities[0].id stands there twice."),
        (b'{"activities": [{"id": 2}, {"id": 2}]}', f"$.activities[1].id {TWICE}"),
    ],
)
def test_file_that_is_no_such_file(data: bytes, sentence: str) -> None:
    assert refusal(data) == sentence


@pytest.mark.parametrize(
    "data",
    [
        b'{"activities": [{"id": 1, "budget": NaN}]}',
        b'{"activities": [{"id": 1, "budget": -Infinity}]}',
        b'{"activities": [{"id": 1, "budget": 1e999999999}]}',
        b'{"activities": [], "education": 1e999999999}',
        b'{"activities": [{"id": ' + b"9" * 5000 + b"}]}",
        b"[" * 100_000,
    ],
)
def test_number_that_would_cost_time_is_refused(data: bytes) -> None:
    assert refusal(data) == "$ cannot be read: a number is too long or none at all, or lists are nested too deep."


# --- The schema says the same ---------------------------------------------------------------------------------------
_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "integer": lambda value: _TYPES["number"](value) and value == int(value),
}
_SAYS_NOTHING = {"$schema", "$defs", "title", "description", "default"}


def agrees(value: Any, schema: dict[str, Any] = SCHEMA) -> bool:
    """Whether `value` is valid by the words of JSON Schema 2020-12 that our schema uses. Raises KeyError for others."""
    checks: dict[str, Callable[[Any], bool]] = {
        "$ref": lambda name: agrees(value, SCHEMA["$defs"][name.removeprefix("#/$defs/")]),
        "anyOf": lambda choices: any(agrees(value, choice) for choice in choices),
        "type": lambda name: _TYPES[name](value),
        "enum": lambda known: value in known,
        "required": lambda names: not isinstance(value, dict) or set(names) <= value.keys(),
        "properties": lambda known: (
            not isinstance(value, dict)
            or all(agrees(item, known[name]) for name, item in value.items() if name in known)
        ),
        "additionalProperties": lambda _no: not isinstance(value, dict) or value.keys() <= schema["properties"].keys(),
        "items": lambda each: not isinstance(value, list) or all(agrees(item, each) for item in value),
        "minimum": lambda least: not _TYPES["number"](value) or value >= least,
        "minLength": lambda least: not isinstance(value, str) or len(value) >= least,
        "maxLength": lambda most: not isinstance(value, str) or len(value) <= most,
        "pattern": lambda pattern: (
            not isinstance(value, str) or re.search(pattern.replace("$", r"\Z"), value) is not None
        ),
        "format": lambda _date: not isinstance(value, str) or _is_date(value),
    }
    return all(checks[word](rule) for word, rule in schema.items() if word not in _SAYS_NOTHING)


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_read(document: Any) -> bool:
    try:
        read(document)
    except UnreadableFacts:
        return False
    return True


_JUNK = [
    None, True, False, 0, 1, -1, 2.0, 1.5, "", "1", "1,000", "10,00", "1.", ".5", "-5", "๑", "regional", "2022-09-30",
    "2022-9-30", "2022-02-29", "2024-02-29", "2565-01-01", "2022-09-30T00:00:00", [], {}, ["x"], [""], [1], {"id": 77},
    [{"id": 78}], {"from": "2022-01-01", "qualifying": True}, [{"from": "2022-01-01", "to": None, "qualifying": False}],
    [{"from": "2022-01-01"}], 99**9,
]  # fmt: skip
JUNK = st.sampled_from(_JUNK).map(copy.deepcopy)
KEYS = st.sampled_from([
    "variant", "published", "education", "as_of", "activities", "id", "budget", "cancelled", "award_date",
    "first_decision", "seats", "from", "to", "qualifying", "other",
])  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """The whole file with a few things set, added or taken away somewhere."""
    document = copy.deepcopy(WHOLE)
    # An end of a seat is what a schema cannot compare with its beginning.
    document["activities"][0]["seats"][0]["to"] = "2399-12-31"
    for _change in range(draw(st.integers(1, 3))):
        place: Any = document
        for _step in range(draw(st.integers(0, 4))):
            inside = list(place.values()) if isinstance(place, dict) else place
            inside = [item for item in inside if isinstance(item, (dict, list)) and item]
            if not inside:
                break
            place = draw(st.sampled_from(inside))
        if isinstance(place, list):
            place[draw(st.integers(0, len(place) - 1))] = draw(JUNK)
        elif draw(st.booleans()):
            place[draw(st.sampled_from(sorted(place)))] = draw(JUNK)
        elif draw(st.booleans()):
            place[draw(KEYS)] = draw(JUNK)
        else:
            del place[draw(st.sampled_from(sorted(place)))]
    return document


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_schema_and_reader_agree(document: Any) -> None:
    if _beyond_the_schema(document):
        return
    assert is_read(document) == agrees(document), document


def _beyond_the_schema(document: Any) -> bool:
    """An id twice, or a seat that ends before it begins: docs/coverage.md says so in words."""
    rows = [row for row in _list(document.get("activities")) if isinstance(row, dict)]
    # JSON has one kind of number: 2.0 is 2, and 2 is "2".
    ids = [str(int(id_) if _TYPES["integer"](id_) else id_) for id_ in (row.get("id") for row in rows)]
    held = [row for activity in rows for row in _list(activity.get("seats")) if isinstance(row, dict)]
    ends = [(row.get("from"), row.get("to")) for row in held]
    return len(ids) != len(set(ids)) or any(
        isinstance(start, str) and isinstance(end, str) and end < start for start, end in ends
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def test_schema_takes_the_whole_file_and_refuses_its_faults() -> None:
    assert agrees(WHOLE)
    assert agrees({"activities": []})
    for path, value in [("as_of", "2565-09-30"), ("activities.0.id", ""), ("activities.0.budget", "1,00"), ("x", 1)]:
        assert not agrees(json.loads(_with(path, value)))
