"""Facts from JSON and back: what is taken, what is refused and with which sentence; the schemas."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from scores.exact import Share
from scores.facts import Attestation, Attested, Facts, FactsError, facts_from, facts_schema, facts_to
from scores.rubric import families, rubric_for
from scores.scoring import score, score_schema, score_to

FILE: dict[str, Any] = {
    "figures": {
        "complaints.officer_assigned": True,
        "complaints.overdue_share": {"part": 1, "whole": 40},
        "ita.i1": "92.43",
        "procurement.education_activities": 2,
    },
    "words": {"unit.placement": "regional"},
    "attested": {
        "d1.l1.1": {"state": "met", "by": "officer", "confirmed_by": "evaluator"},
        "d1.l2.2": {"state": "not_met"},
        "d1.l2.3": "met",
    },
}


def test_file_is_taken() -> None:
    facts = facts_from(json.dumps(FILE).encode())
    assert facts.figures == {
        "complaints.officer_assigned": True,
        "complaints.overdue_share": Share(1, 40),
        "ita.i1": Decimal("92.43"),
        "procurement.education_activities": 2,
    }
    assert facts.words == {"unit.placement": "regional"}
    assert facts.attested["d1.l1.1"] == Attestation(Attested.MET, "officer", "evaluator")
    assert facts.attested["d1.l2.3"] == Attestation(Attested.MET)


def test_empty_file_says_nothing() -> None:
    assert facts_from("{}") == Facts()


@pytest.mark.parametrize(
    ("written", "taken"),
    [("3", 3), ("3.0", 3), ("92.43", Decimal("92.43")), ('"92.43"', Decimal("92.43")), ('"3"', 3), ("true", True),
     ("1e2", 100), ("0.1", Decimal("0.1")), ("-2", -2)],
)  # fmt: skip
def test_number_is_taken_exactly(written: str, taken: object) -> None:
    found = facts_from(f'{{"figures": {{"a.b": {written}}}}}').figures["a.b"]
    assert found == taken
    assert type(found) is type(taken)


@pytest.mark.parametrize(
    ("text", "path", "word"),
    [
        ("", "$", "JSON"),
        ("[]", "$", "dictionary"),
        ('{"figures": {"a.b": NaN}}', "$", "NaN"),
        ('{"figures": {"a.b": Infinity}}', "$", "Infinity"),
        ('{"figures": {"a.b": 1, "a.b": 2}}', "$", "twice"),
        ('{"colour": 1}', "$.colour", "not known"),
        ('{"figures": 5}', "$.figures", "dictionary"),
        ('{"figures": {"ab": 1}}', "$.figures.ab", "match"),
        ('{"figures": {"a.b": null}}', "$.figures.a.b", "."),
        ('{"figures": {"a.b": "many"}}', "$.figures.a.b", "92.43"),
        ('{"figures": {"a.b": "1e9"}}', "$.figures.a.b", "92.43"),
        ('{"figures": {"a.b": "٣"}}', "$.figures.a.b", "92.43"),
        ('{"figures": {"a.b": 1e999999999}}', "$.figures.a.b", "digits"),
        ('{"figures": {"a.b": 1e99999999999999999999}}', "$", "digits"),
        ('{"figures": {"a.b": 1' + "0" * 20 + "}}", "$.figures.a.b", "digits"),
        ('{"figures": {"a.b": {"part": 1}}}', "$.figures.a.b", "required"),
        ('{"figures": {"a.b": {"part": 3, "whole": 2}}}', "$.figures.a.b", "between 0 and the whole"),
        ('{"figures": {"a.b": {"part": -1, "whole": 2}}}', "$.figures.a.b", "0"),
        ('{"figures": {"a.b": {"part": 1.5, "whole": 2}}}', "$.figures.a.b", "integer"),
        ('{"figures": {"a.b": {"part": true, "whole": 2}}}', "$.figures.a.b", "integer"),
        ('{"words": {"unit.placement": "Bang Kok"}}', "$.words.unit.placement", "match"),
        ('{"attested": {"d1.l1.1": "perhaps"}}', "$.attested.d1.l1.1", "met"),
        ('{"attested": {"d1.l1.1": {"state": "met", "when": 1}}}', "$.attested.d1.l1.1", "not known"),
        ('{"attested": {"d1.l1.1": {"state": "met", "by": "a", "confirmed_by": "a"}}}', "$.attested.d1.l1.1", "own"),
        ("[" * 100_000, "$", "nested"),
    ],
    ids=range(25),
)
def test_faulty_file_is_refused_with_path_and_sentence(text: str, path: str, word: str) -> None:
    with pytest.raises(FactsError) as refused:
        facts_from(text)
    assert any(at == path and word in sentence for at, sentence in refused.value.faults), refused.value.faults
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("data", [b"\xff\xfe{}", b"{" + b" " * 5_000_001 + b"}"])
def test_hostile_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(FactsError):
        facts_from(data)


def test_float_from_a_program_is_refused() -> None:
    with pytest.raises(FactsError, match="not exact"):
        facts_from({"figures": {"a.b": 0.1}})


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (-1, 3), (4, 3), (True, 3)])
def test_share_lies_between_0_and_its_whole(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="between 0 and the whole"):
        Share(part, whole)


def test_facts_are_written_with_sorted_keys_and_read_again() -> None:
    facts = facts_from(FILE)
    written = facts_to(facts)
    assert list(written["figures"]) == sorted(written["figures"])
    assert written["figures"]["ita.i1"] == "92.43"
    assert facts_from(json.dumps(written)) == facts
    assert facts_to(Facts({"a.b": Decimal("92.40"), "a.c": Decimal("3.00")}))["figures"] == {"a.b": "92.4", "a.c": 3}


def fits(value: Any, schema: Any, defs: dict[str, Any]) -> bool:
    """Whether a value has the keys and types of a schema; as much of JSON Schema as ours need."""
    if isinstance(schema, bool):
        return schema
    if "$ref" in schema:
        return fits(value, defs[schema["$ref"].rsplit("/", 1)[1]], defs)
    if "anyOf" in schema:
        return any(fits(value, one, defs) for one in schema["anyOf"])
    match schema.get("type"):
        case "object":
            return isinstance(value, dict) and all(fits(v, below(k, schema), defs) for k, v in value.items())
        case "array":
            return isinstance(value, list) and all(fits(item, schema["items"], defs) for item in value)
        case "string":
            matches = isinstance(value, str) and re.search(schema.get("pattern", ""), value)
            return bool(matches) and value in schema.get("enum", [value])
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "null":
            return value is None
        case unknown:
            raise AssertionError(f"The schema leaves {value!r} open: {unknown}.")


def below(key: str, schema: dict[str, Any]) -> Any:
    for pattern, one in schema.get("patternProperties", {}).items():
        if re.search(pattern, key):
            return one
    return schema.get("properties", {}).get(key, schema.get("additionalProperties", True))


@pytest.mark.parametrize(
    ("file", "taken"),
    [
        (FILE, True),
        (facts_to(facts_from(FILE)), True),
        ({"figures": {"a.b": 92.43}}, True),
        ({"colour": 1}, False),
        ({"figures": {"ab": 1}}, False),
        ({"figures": {"a.b": "many"}}, False),
        ({"figures": {"a.b": None}}, False),
        ({"words": {"unit.placement": "Bang Kok"}}, False),
        ({"attested": {"d1.l1.1": "perhaps"}}, False),
    ],
    ids=range(9),
)
def test_schema_of_facts_takes_what_is_taken(file: dict[str, Any], taken: bool) -> None:
    schema = facts_schema()
    assert fits(file, schema, schema["$defs"]) is taken
    if not taken:
        with pytest.raises(FactsError):
            facts_from(file)


@pytest.mark.parametrize("family", families())
def test_schema_of_a_score_is_that_of_what_is_written(family: str) -> None:
    schema = score_schema()
    written = json.loads(json.dumps(score_to(score(rubric_for(family, 2567), facts_from(FILE)))))
    assert next(iter(written)) == "rubric"
    assert fits(written, schema, schema["$defs"])


def test_score_is_written_exactly_and_as_it_is_shown() -> None:
    written = score_to(score(rubric_for("ita", 2564), Facts({f"ita.i{n}": 95 if n > 1 else 94 for n in range(1, 11)})))
    assert written["points"] == {"exact": "4747/50", "shown": "94.94"}
    assert written["scales"][0]["band"] == "A"
    assert written["scales"][0]["short"] == {"exact": "3/50", "shown": "0.06"}
    whole = score_to(score(rubric_for("cdd-clean", 2564), facts_from(FILE)))
    assert whole["settings"] == {"overdue_percent": {"exact": "0", "shown": "0.00"}}
    first = whole["root"]["children"][0]["children"][0]
    (criterion,) = [one for one in first["criteria"] if one["code"] == "d1.l1.2.5.2"]
    assert criterion["reasons"][1] == {
        "code": "over",
        "metric": "complaints.overdue_share",
        "comparison": "share_at_most",
        "have": {"part": 1, "whole": 40, "shown": "2.50"},
        "need": {"exact": "0", "shown": "0.00"},
        "more": 1,
    }
