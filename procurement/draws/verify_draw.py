#!/usr/bin/env python3
"""ตรวจสอบการจับสลากผู้แทนภาคประชาชน / Verify a draw of citizens for committee seats.

    python verify_draw.py minutes.json
    python verify_draw.py minutes.json --digest PUBLISHED_DIGEST --mine "YOUR SECRET LINE"

This one file needs Python 3.9 or later and nothing else: no other file, no network. It shares no code with the system
that made the minutes. It reads the minutes of a draw, computes everything anew from the announcement and the public
random value, and says what agrees. Exit code 0: everything agrees; 1: something does not; 2: it was called wrongly.

What no program can know, compare yourself: that the digest is the one published before the random value was known
(--digest), and that the seed is the value that its source published.

Licence: AGPL-3.0-or-later, as the system it belongs to.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
import unicodedata
from fractions import Fraction
from typing import Any

FORMAT = "sodsong-draw-minutes/1"
KEYS = {
    "minutes": {"format", "announcement", "digest", "seed", "result", "replacements"},
    "announcement": {
        "id", "unit", "period", "algorithm", "size", "features", "quotas", "types", "panels", "entries",
        "seed_source", "seed_known_at",
    },
    "quota": {"feature", "value", "least", "most"},
    "panel": {"counts", "weight"},
    "entry": {"commitment", "type"},
    "result": {"key", "hash", "entropy_bits", "panel_number", "panel", "order", "chances", "reserves"},
    "replacement": {"place", "taken", "next"},
}  # fmt: skip


class Wrong(Exception):
    """Something in the minutes does not agree."""


def say(thai: str, english: str, mark: str = " ") -> None:
    """Print one finding in both languages, in a line each: a line break within the minutes could fake a finding."""
    for start, line in ((mark, thai), (" ", english)):
        sys.stdout.write(f"{start} {''.join(letter if letter.isprintable() else '?' for letter in line)}\n")


def need(holds: bool, what: str) -> None:
    """Raises Wrong unless it holds."""
    if not holds:
        raise Wrong(what)


# --- The file ---------------------------------------------------------------------------------------------------------
def load(text: bytes) -> Any:
    """JSON in which no key stands twice and no number is a float."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        need(len(found) == len(pairs), "a key stands twice in an object")
        return found

    def refuse(number: str) -> None:
        raise Wrong(f"{number} is no whole number")

    return json.loads(text, object_pairs_hook=once, parse_float=refuse, parse_constant=refuse)


def canonical(data: Any) -> str:
    """The one way in which the announcement is written before it is hashed."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same kinds: true is not 1 here."""
    return canonical(one) == canonical(other)


def whole(number: Any, least: int = 0) -> bool:
    """Whether it is a whole number of at least so much."""
    return type(number) is int and number >= least


def text(value: Any) -> bool:
    """Whether it is a text in NFC."""
    return isinstance(value, str) and unicodedata.is_normalized("NFC", value)


def has_shape(data: Any, kind: str) -> None:
    """Raises Wrong unless it is an object with exactly these keys."""
    need(isinstance(data, dict) and set(data) == KEYS[kind], f"the {kind} does not have the keys it should have")


def listed(value: Any, item: Any) -> bool:
    """Whether it is a list of such items."""
    return isinstance(value, list) and all(item(row) for row in value)


def check_shape(minutes: Any) -> None:
    """Raises Wrong unless it looks like minutes, so that what follows can rely on it."""
    has_shape(minutes, "minutes")
    need(minutes["format"] == FORMAT, "this program does not know this format")
    announcement, result = minutes["announcement"], minutes["result"]
    has_shape(announcement, "announcement")
    has_shape(result, "result")
    for name in ("id", "unit", "period", "algorithm", "seed_source", "seed_known_at"):
        need(text(announcement[name]) and announcement[name].strip() != "", f"{name} is no text")
    need(whole(announcement["size"], 1), "size is no number of seats")
    need(listed(announcement["features"], text), "features is no list of texts")
    for name in ("quotas", "panels", "entries"):
        need(isinstance(announcement[name], list), f"{name} is no list")
        for row in announcement[name]:
            has_shape(row, {"quotas": "quota", "panels": "panel", "entries": "entry"}[name])
    need(isinstance(minutes["replacements"], list), "replacements is no list")
    for row in minutes["replacements"]:
        has_shape(row, "replacement")


# --- What was announced -----------------------------------------------------------------------------------------------
def check_digest(minutes: Any, published: str | None) -> None:
    """The digest is that of the announcement, and the published one where it is given."""
    digest = hashlib.sha256(canonical(minutes["announcement"]).encode("utf-8")).hexdigest()
    need(minutes["digest"] == digest, f"the digest of the announcement is {digest}, the minutes say another one")
    need(published is None or published.strip().lower() == digest, f"published was another digest than {digest}")


def check_list(announcement: Any) -> None:
    """Every line is a commitment of its own, with a value for each feature; the types are those of the lines."""
    entries = announcement["entries"]
    need(len(entries) > 0, "the list is empty")
    for row in entries:
        good = isinstance(row["commitment"], str) and re.fullmatch("[0-9a-f]{64}", row["commitment"])
        need(bool(good) and listed(row["type"], text), "a line of the list is no commitment with its type")
        need(len(row["type"]) == len(announcement["features"]), "a line of the list lacks a value")
    need(len({row["commitment"] for row in entries}) == len(entries), "somebody is in the list twice")
    types = sorted({tuple(row["type"]) for row in entries})
    need(same([list(row) for row in types], announcement["types"]), "the types are not those of the list")


def check_quotas(announcement: Any) -> None:
    """Every panel that could have been drawn keeps every quota and can be filled from the list."""
    features, quotas, panels = (announcement[name] for name in ("features", "quotas", "panels"))
    if announcement["algorithm"] == "simple/1":
        need(not features and not quotas and not panels, "a simple draw has no quotas")
        return
    need(announcement["algorithm"] == "quotas/1", "this program does not know this algorithm")
    need(len(quotas) > 0 and len(set(features)) == len(features), "a quota or a feature is missing, or stands twice")
    for quota in quotas:
        need(text(quota["value"]) and quota["feature"] in features, "a quota names no feature of this draw")
        need(whole(quota["least"]) and whole(quota["most"], quota["least"]), "a quota contradicts itself")
    need(len({(quota["feature"], quota["value"]) for quota in quotas}) == len(quotas), "a value has two quotas")
    available = [len(places) for places in places_by_type(announcement)]
    for panel in panels:
        check_panel(announcement, panel, available)
    counts = [panel["counts"] for panel in panels]
    need(len(counts) > 0 and all(one < two for one, two in pairs(counts)), "the panels are not in their order")


def check_panel(announcement: Any, panel: Any, available: list[int]) -> None:
    """One panel: its weight, its size, its people and its quotas."""
    counts, types = panel["counts"], announcement["types"]
    need(whole(panel["weight"], 1), "a weight is no whole number from 1")
    need(listed(counts, whole) and len(counts) == len(types), "a panel lacks a type")
    need(sum(counts) == announcement["size"], "a panel has another size than announced")
    need(all(counts[at] <= available[at] for at in range(len(types))), "a panel has more people than there are")
    for quota in announcement["quotas"]:
        at = announcement["features"].index(quota["feature"])
        there = sum(count for count, type_ in pairs_of(counts, types) if type_[at] == quota["value"])
        need(quota["least"] <= there <= quota["most"], f"a panel breaks the quota of {quota['value']}")


def pairs(row: list[Any]) -> list[tuple[Any, Any]]:
    """Each with its neighbour."""
    return [(row[at], row[at + 1]) for at in range(len(row) - 1)]


def pairs_of(one: list[Any], other: list[Any]) -> list[tuple[Any, Any]]:
    """Two lists of one length, side by side."""
    return [(one[at], other[at]) for at in range(len(one))]


def places_by_type(announcement: Any) -> list[list[int]]:
    """The places (from 1) of the people of each type, types in their order."""
    found: dict[tuple[str, ...], list[int]] = {tuple(type_): [] for type_ in announcement["types"]}
    for place, row in enumerate(announcement["entries"], start=1):
        found[tuple(row["type"])].append(place)
    return list(found.values())


# --- What was drawn ---------------------------------------------------------------------------------------------------
def key_of(seed: Any) -> str:
    """The key of RFC 3797: each number with a full stop, each source with a slash behind it."""
    need(listed(seed, lambda source: listed(source, lambda number: isinstance(number, str))), "the seed is no seed")
    need(len(seed) > 0 and all(seed), "the seed is empty")
    for source in seed:
        for number in source:
            good = re.fullmatch("0|[1-9][0-9]{0,999}", number)
            need(bool(good), f"{number!r} is no whole number without leading zeros")
        need([int(number) for number in source] == sorted(map(int, source)), "the numbers of a source are not in order")
    return "".join("".join(number + "." for number in source) + "/" for source in seed)


class Numbers:
    """The numbers that follow from a key, one after the other (RFC 3797, section 4)."""

    def __init__(self, key: str, hash_name: str) -> None:
        self.key = key.encode("ascii")
        self.hash_name = {"MD5": "md5", "SHA-512": "sha512"}[hash_name]
        self.given = 0

    def below(self, bound: int) -> int:
        """The next one, as a remainder."""
        need(self.given < 2**16, "the list is too long for RFC 3797")
        frame = self.given.to_bytes(2, "big")
        self.given += 1
        digest = hashlib.new(self.hash_name, frame + self.key + frame, usedforsecurity=False).digest()
        return int.from_bytes(digest, "big") % bound

    def drawn(self, places: list[int], count: int) -> list[int]:
        """So many of the places, in the order drawn."""
        left = list(places)
        return [left.pop(self.below(len(left))) for _ in range(count)]


def drawn_again(announcement: Any, key: str) -> dict[str, Any]:
    """The result that announcement and key give, as the minutes should have it."""
    people, size = len(announcement["entries"]), announcement["size"]
    bits = (math.factorial(people) - 1).bit_length()
    hash_name = "MD5" if bits <= 128 else "SHA-512"
    numbers = Numbers(key, hash_name)
    everybody = list(range(1, people + 1))
    found: dict[str, Any] = {"key": key, "hash": hash_name, "entropy_bits": bits, "panel_number": None, "reserves": []}
    if announcement["algorithm"] == "simple/1":
        found["order"] = numbers.drawn(everybody, people)
        chances = [Fraction(min(size, people), people)]
    else:
        panels, by_type = announcement["panels"], places_by_type(announcement)
        total = sum(panel["weight"] for panel in panels)
        at, number = 0, numbers.below(total)
        while number >= panels[at]["weight"]:
            number -= panels[at]["weight"]
            at += 1
        members: set[int] = set()
        for places, count in pairs_of(by_type, panels[at]["counts"]):
            members.update(numbers.drawn(places, count))
        whole_order = numbers.drawn(everybody, people)
        behind = [place for place in whole_order if place not in members]
        type_at = {place: at_type for at_type, places in enumerate(by_type) for place in places}
        found["reserves"] = [[] for _ in by_type]
        for place in behind:
            found["reserves"][type_at[place]].append(place)
        found["panel_number"] = at + 1
        found["order"] = [place for place in whole_order if place in members] + behind
        expected = [sum(panel["weight"] * panel["counts"][t] for panel in panels) for t in range(len(by_type))]
        chances = [Fraction(count, total * len(places)) for count, places in pairs_of(expected, by_type)]
    found["panel"] = found["order"][:size]
    found["chances"] = [f"{chance.numerator}/{chance.denominator}" for chance in chances]
    return found


def check_result(minutes: Any) -> None:
    """Every part of the result is the one that follows."""
    found = drawn_again(minutes["announcement"], key_of(minutes["seed"]))
    for name in sorted(found):
        need(same(found[name], minutes["result"][name]), f"{name} is not what announcement and seed give")


def followers(minutes: Any, place: int, taken: list[int]) -> list[int]:
    """Who is asked when the person at `place` falls out: with quotas the reserves of his type first, then the order."""
    announcement, result = minutes["announcement"], minutes["result"]
    first: list[int] = []
    if result["reserves"]:
        first = result["reserves"][announcement["types"].index(announcement["entries"][place - 1]["type"])]
    gone = {place, *taken}
    return [other for other in dict.fromkeys([*first, *result["order"]]) if other not in gone]


def check_replacements(minutes: Any) -> None:
    """Every replacement is the one that the draw fixed."""
    people = len(minutes["announcement"]["entries"])

    def known(place: Any) -> bool:
        return whole(place, 1) and place <= people

    for row in minutes["replacements"]:
        good = known(row["place"]) and listed(row["taken"], known) and row["taken"] == sorted(set(row["taken"]))
        need(good, "a replacement names a place that is not in the list")
        following = followers(minutes, row["place"], row["taken"])
        first = following[0] if following else None
        need(same(row["next"], first), f"after place {row['place']} comes {first}")


# --- One's own place --------------------------------------------------------------------------------------------------
def find_mine(minutes: Any, line: str) -> bool:
    """Say at which place of the list, and of the order, the holder of this secret line stands; False: at none."""
    announcement = minutes["announcement"]
    opened = unicodedata.normalize("NFC", f"{announcement['id']}|{line.strip()}")
    commitment = hashlib.sha256(opened.encode("utf-8")).hexdigest()
    lines = [row["commitment"] for row in announcement["entries"]]
    if commitment not in lines:
        say("รหัสลับนี้ไม่ตรงกับบรรทัดใดในรายชื่อ", "This secret line opens no line of the list.", "✗")
        return False
    place = lines.index(commitment) + 1
    turn = minutes["result"]["order"].index(place) + 1
    say(f"คุณอยู่ลำดับที่ {place} ของรายชื่อ และสุ่มได้ลำดับที่ {turn} จาก {len(lines)}",
        f"You are at place {place} of the list, and were drawn as number {turn} of {len(lines)}.", "*")  # fmt: skip
    if turn <= announcement["size"]:
        say("คุณอยู่ในกลุ่มที่สุ่มได้", "You are among those drawn for the seats.", "*")
    return True


CHECKS = (
    (lambda minutes, _published: check_shape(minutes),
     "ไฟล์มีรูปแบบครบถ้วน", "The file has the form of minutes."),
    (check_digest,
     "ค่าแฮชของประกาศตรงกับประกาศ", "The digest is that of the announcement."),
    (lambda minutes, _published: check_list(minutes["announcement"]),
     "รายชื่อไม่มีบรรทัดซ้ำ และประเภทครบถ้วน", "The list has no line twice, and its types are complete."),
    (lambda minutes, _published: check_quotas(minutes["announcement"]),
     "ทุกชุดที่อาจสุ่มได้เป็นไปตามโควตา", "Every panel that could be drawn keeps every quota."),
    (lambda minutes, _published: check_result(minutes),
     "สุ่มซ้ำแล้วได้ผลตรงกันทุกลำดับ ทั้งชุดที่เลือก โอกาส และบัญชีสำรอง",
     "Drawn again, everything is the same: panel, people, whole order, chances and reserves."),
    (lambda minutes, _published: check_replacements(minutes),
     "การแทนที่ทุกครั้งเป็นไปตามลำดับที่สุ่มไว้", "Every replacement is the one that the draw fixed."),
)  # fmt: skip


def verify(minutes: Any, published: str | None) -> bool:
    """Go through the checks until one fails: what comes after it relies on it."""
    for check, thai, english in CHECKS:
        try:
            check(minutes, published)
        except (Wrong, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError) as fault:
            say(f"ไม่ผ่าน: {thai}", f"FAILED: {english} Why: {fault}", "✗")
            return False
        say(thai, english, "✓")
    return True


def main() -> int:
    """Read the arguments, check, print. 0: all agrees; 1: something does not."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show Thai shows marks instead of stopping the check.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("minutes", help="ไฟล์บันทึกการสุ่ม (JSON) / the file of the minutes")
    parser.add_argument("--digest", help="ค่าแฮชที่ประกาศไว้ก่อนสุ่ม / the digest as it was published before the draw")
    parser.add_argument(
        "--mine", metavar="CODE", help="รหัสลับของคุณ (- คือพิมพ์ในบรรทัดถัดไป) / your secret line (-: typed next)"
    )
    asked = parser.parse_args()
    try:
        with open(asked.minutes, "rb") as file:  # noqa: PTH123 - one library less to trust
            minutes = load(file.read())
    except (OSError, ValueError, RecursionError, Wrong) as fault:
        say(f"อ่านไฟล์ไม่ได้: {fault}", f"The file cannot be read: {fault}", "✗")
        return 1
    if not verify(minutes, asked.digest):
        say("ผลการตรวจสอบ: ไม่ตรงกัน", "VERDICT: the minutes do not agree.", "✗")
        return 1
    announcement = minutes["announcement"]
    say("ผลการตรวจสอบ: ตรงกันทั้งหมด", "VERDICT: everything agrees.", "✓")
    if asked.digest is None:
        say(f"โปรดเทียบค่าแฮชกับที่ประกาศไว้ก่อนสุ่ม: {minutes['digest']}",
            "Compare this digest with the one published before the draw (or give it with --digest).", "!")  # fmt: skip
    say(f"โปรดเทียบเลขสุ่มกับที่แหล่งเผยแพร่ ({announcement['seed_source']}): {minutes['result']['key']}",
        "Compare these numbers with what the source itself has published.", "!")  # fmt: skip
    if asked.mine is None:
        return 0
    line = sys.stdin.readline() if asked.mine == "-" else asked.mine
    return 0 if find_mine(minutes, line) else 1


if __name__ == "__main__":
    sys.exit(main())
