"""Files of rubrics: what is refused, and with which sentence."""

import re
from pathlib import Path

import pytest

from scores.rubric import Fault, RubricError, parse, read_folder, rubric_for

GOOD = """
form = 1
family = "test"
year = 2564
th = "ทดสอบ"
en = "Test"
source = "S4:1"
root = "d1"

[settings.limit]
value = 0
source = "S4:2"
th = "เกณฑ์"
en = "Limit"

[[nodes]]
code = "d1"
kind = "levels"
points = [6, 12]
source = "S4:3"
th = "มิติ"
en = "Dimension"

[[criteria]]
code = "d1.l1.1"
source = "S4:4"
th = "ข้อหนึ่ง"
en = "First"
asks = [{ metric = "a.b", share_at_most = { setting = "limit" }, no_cases = "met" }]

[[criteria]]
code = "d1.l2.1"
source = "S4:5"
th = "ข้อสอง"
en = "Second"

[[scales]]
code = "letters"
of = "d1"
source = "S4:6"
th = "ลำดับ"
en = "Letters"
bands = [
  { code = "A", at_least = 12, th = "เอ", en = "A grade" },
  { code = "B", at_least = 6, th = "บี", en = "B grade" },
]
"""


def faults(text: str) -> list[Fault]:
    with pytest.raises(RubricError) as refused:
        parse(text.encode(), "test-2564.toml")
    said = str(refused.value)
    assert said.startswith("test-2564.toml: ")
    assert "\n" not in said
    for fault in refused.value.faults:
        assert fault.path
        assert re.fullmatch(r"[A-Z`$].*[.]", fault.sentence, re.DOTALL), fault
    return list(refused.value.faults)


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_good_file_is_taken() -> None:
    rubric = parse(GOOD.encode())
    assert (rubric.code, rubric.holds(2564), rubric.holds(2563), rubric.holds(2600)) == ("test-2564", True, False, True)


@pytest.mark.parametrize(
    ("old", "new", "path", "word"),
    [
        # What is missing, unknown or of another type.
        ('th = "ทดสอบ"\n', "", "th", "missing"),
        ("form = 1", "form = 2", "form", "1"),
        ("year = 2564", "year = 2021", "year", "2400"),
        ("year = 2564", 'year = "2564"', "year", "integer"),
        ("year = 2564", "year = 2564\nuntil = 2563", "until", "before"),
        ("year = 2564", "year = 2564\ncolour = 1", "colour", "not known"),
        ('family = "test"', 'family = "../etc"', "family", "written"),
        ('source = "S4:3"', 'source = "S5:3"', "nodes[d1].source", "written"),
        ('source = "S4:4"', 'source = "page 4"', "criteria[d1.l1.1].source", "written"),
        ('th = "ข้อหนึ่ง"', 'th = ""', "criteria[d1.l1.1].th", "at least 2"),
        ('en = "First"', "en = 5", "criteria[d1.l1.1].en", "string"),
        ('en = "First"', 'en = "First"\npoints = 3', "criteria[d1.l1.1].points", "not known"),
        ('kind = "levels"', 'kind = "magic"', "nodes[d1]", "kind"),
        ('kind = "levels"\n', "", "nodes[d1]", "kind"),
        # Numbers.
        ("points = [6, 12]", "points = [12, 6]", "nodes[d1]", "more points"),
        ("points = [6, 12]", "points = [6, 6]", "nodes[d1]", "more points"),
        ("points = [6, 12]", "points = [0, 6]", "nodes[d1].points[0]", "greater than 0"),
        ("points = [6, 12]", "points = [6, nan]", "nodes[d1].points[1]", "number"),
        ("points = [6, 12]", "points = [6, inf]", "nodes[d1].points[1]", "number"),
        ("points = [6, 12]", "points = [6, 1e999999999]", "nodes[d1].points[1]", "digits"),
        ("points = [6, 12]", "points = [6, true]", "nodes[d1].points[1]", "number"),
        ("points = [6, 12]", 'points = [6, "12"]', "nodes[d1].points[1]", "number"),
        ("points = [6, 12]", "points = []", "nodes[d1].points", "at least 1"),
        # What a criterion asks.
        ('metric = "a.b"', 'metric = "ab"', "criteria[d1.l1.1].asks[0].metric", "written"),
        ('no_cases = "met" }', 'no_cases = "met", at_least = 1 }', "criteria[d1.l1.1].asks[0]", "exactly one"),
        ('share_at_most = { setting = "limit" }, ', "", "criteria[d1.l1.1].asks[0]", "exactly one"),
        ('share_at_most = { setting = "limit" }', "equals = 0", "criteria[d1.l1.1].asks[0]", "no cases"),
        ('{ setting = "limit" }', '{ setting = "other" }', "criteria[d1.l1.1]", "no setting"),
        ('{ setting = "limit" }', "5", "settings[limit]", "refers"),
        ("value = 0", 'value = "zero"', "settings.limit", "choices"),
        ("value = 0", 'value = "b"\nchoices = ["a"]', "settings.limit", "one of"),
        ("value = 0", "value = 0\nleast = 1\nmost = 5", "settings.limit", "from 1 to 5"),
        ("value = 0", "value = 0\nleast = 0", "settings.limit", "both"),
        ("value = 0", 'value = "a"\nchoices = ["a"]\nleast = 0\nmost = 1', "settings.limit", "no bounds"),
        ('en = "Second"', 'en = "Second"\nfounded = "a.c"', "criteria[d1.l2.1]", "founded"),
        # Codes and the tree.
        ('code = "d1.l2.1"', 'code = "d1.l3.1"', "criteria[d1.l3.1]", "level"),
        ('code = "d1.l2.1"', 'code = "d1.1"', "criteria[d1.1]", "level"),
        ('code = "d1.l2.1"', 'code = "d2.l2.1"', "criteria[d2.l2.1]", "no node"),
        ('code = "d1.l2.1"', 'code = "d1.l1.2"', "nodes[d1]", "Level 2 has no criterion"),
        ('code = "d1.l2.1"', 'code = "d1.l1.1"', "criteria", "2 times"),
        ('code = "d1.l2.1"', 'code = "D1.L2.1"', "criteria[D1.L2.1].code", "written"),
        ('root = "d1"', 'root = "d9"', "root", "no node"),
        # Verdicts.
        ('of = "d1"', 'of = "d2"', "scales[letters]", "no node"),
        ("at_least = 12", "at_least = 13", "scales[letters]", "above 12"),
        ("at_least = 12", "at_least = 5", "scales[letters]", "highest bound down"),
        ('code = "B"', 'code = "A"', "scales[letters]", "same code"),
    ],
)  # fmt: skip
def test_faulty_file_is_refused_with_path_and_sentence(old: str, new: str, path: str, word: str) -> None:
    found = faults(changed(old, new))
    assert any(fault.path == path and word in fault.sentence for fault in found), found


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"form = ",
        b"a = 1\na = 2",
        b"x = " + b"[" * 100_000,
        b"x = " + b"9" * 10_000,
        b"x = 1e99999999999999999999",
        b"#" * 1_000_001,
        b"nodes = 5",
        b"nodes = [5]",
        b"[nodes]\na = 1",
        b"criteria = [[]]",
    ],
    ids=range(12),
)
def test_hostile_file_is_refused(data: bytes) -> None:
    with pytest.raises(RubricError, match=r"^rubric\.toml: .*\.$"):
        parse(data)


def test_many_faults_are_all_kept_and_a_few_said() -> None:
    text = GOOD + "".join(f'[[criteria]]\ncode = "d1.l1.{number}"\n' for number in range(2, 30))
    with pytest.raises(RubricError, match=r"And \d+ more") as refused:
        parse(text.encode())
    assert len(refused.value.faults) > 50
    assert len(str(refused.value)) < 1000


def part(code: str, kind: str, **more: str) -> str:
    """A node as TOML; a measured one has its figure."""
    if kind == "measured":
        more["metric"] = '"a.b"'
    lines = [f'code = "{code}"', f'kind = "{kind}"', 'source = "S4:1"', 'th = "กก"', 'en = "xx"']
    return "\n".join(["[[nodes]]", *lines, *(f"{key} = {value}" for key, value in more.items())]) + "\n\n"


HEAD = 'form = 1\nfamily = "test"\nyear = 2564\nth = "กก"\nen = "xx"\nsource = "S4:1"\nroot = "r"\n'
A, B, B5 = part("a", "measured"), part("b", "measured"), part("b", "measured", full="5")
FALLING = "[{ at_least = 80, points = 5 }, { at_least = 60, points = 6 }]"
# A chain deeper than any source, and one in which every node names the next one ninety times.
CHAIN = part("r", "sum", of='["n1"]') + "".join(part(f"n{n}", "sum", of=f'["n{n + 1}"]') for n in range(1, 12))
BUSH = "".join(part(f"n{n}" if n else "r", "sum", of="[" + f'"n{n + 1}",' * 90 + "]") for n in range(9))
FIRST_TIER = "nodes[r].tiers[0].at_least"
TREES = {
    "weights": (part("r", "weighted", weights="{ a = 50, b = 40 }") + A + B, "nodes[r]", "make 100"),
    "mean": (part("r", "mean", of='["a", "b"]') + A + B5, "nodes[r]", "same scale"),
    "one_of": (part("r", "one_of", fact='"u.p"', choices='{ x = "a", y = "b" }') + A + B5, "nodes[r]", "same scale"),
    "twice": (part("r", "sum", of='["a", "a"]') + A, "nodes[a]", "exactly one"),
    "nowhere": (part("r", "sum", of='["c"]'), "nodes[r]", "no node c"),
    "itself": (part("r", "sum", of='["r"]'), "nodes[r]", "root"),
    "cycle": (part("r", "sum", of='["c"]') + part("c", "sum", of='["r"]'), "nodes[r]", "root"),
    "island": (A.replace('"a"', '"r"') + part("c", "sum", of='["c"]'), "nodes[c]", "not reached"),
    "nothing": (part("r", "sum", of='["c"]') + part("c", "apart", of='["a"]') + A, "nodes[r]", "no points"),
    "empty": (part("r", "checklist"), "nodes[r]", "no criterion"),
    "tiers": (part("r", "tiers", metric='"a.b"', tiers=FALLING), "nodes[r]", "ask more"),
    "percent": (
        part("r", "tiers", metric='"a.b"', tiers=FALLING.replace("80", "101")),
        "nodes[r].tiers[0].at_least",
        "100",
    ),
    "deep": (CHAIN + A.replace('"a"', '"n12"'), "nodes", "deep"),
    "bush": (BUSH + A.replace('"a"', '"n9"'), "nodes[n1]", "exactly one"),
}


@pytest.mark.parametrize(("nodes", "path", "word"), TREES.values(), ids=TREES)
def test_unsound_tree_is_refused(nodes: str, path: str, word: str) -> None:
    found = faults(HEAD + nodes)
    assert any(fault.path == path and word in fault.sentence for fault in found), found


def test_misnamed_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other-2564.toml").write_text(GOOD)
    with pytest.raises(RubricError, match=r"other-2564\.toml: family: .*test-2564\.toml"):
        read_folder(tmp_path)


def test_new_year_is_a_new_file(tmp_path: Path) -> None:
    (tmp_path / "test-2564.toml").write_text(GOOD)
    (tmp_path / "test-2567.toml").write_text(changed("year = 2564", "year = 2567\nuntil = 2568"))
    found = read_folder(tmp_path)
    years = {year: rubric_for("test", year, found).year for year in range(2564, 2571)}
    assert years == {2564: 2564, 2565: 2564, 2566: 2564, 2567: 2567, 2568: 2567, 2569: 2564, 2570: 2564}
    with pytest.raises(LookupError, match="no rubric ita; there are: test"):
        rubric_for("ita", 2567, found)


def test_settings_are_checked() -> None:
    rubric = parse(GOOD.encode())
    assert rubric.with_settings({"limit": 5}).settings["limit"].value == 5
    with pytest.raises(LookupError, match="no setting other; it has: limit"):
        rubric.with_settings({"other": 5})
    for wrong in ("five", 10**20):
        with pytest.raises(ValueError, match=r"number"):
            rubric.with_settings({"limit": wrong})
    with pytest.raises(ValueError, match="from 0 to 100"):
        rubric_for("ita", 2566).with_settings({"condition_floor": 101})
    with pytest.raises(ValueError, match="indicators, instruments, none"):
        rubric_for("ita", 2566).with_settings({"condition_scope": "planets"})
