"""The public value as a key, and a simple draw against the vector of RFC 3797."""

from hashlib import md5, sha512
from itertools import permutations
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.draws.running import run
from procurement.draws.seeds import UnusableSeed, drand, government_lottery, key_of, seed_of
from procurement.draws.simple import Numbers, entropy_needed, hash_for
from tests.procurement.drawing_support import RFC_SEED, simple

RFC_KEY = "9319./2.5.8.10.12./9.18.26.34.41.45./"
SEEDS = st.lists(st.lists(st.integers(0, 2**256), min_size=1, max_size=4), min_size=1, max_size=4)


def test_vector_of_rfc_3797() -> None:
    result = run(simple(25, 10), RFC_SEED)
    assert result.key == RFC_KEY
    assert result.hash == "MD5"
    assert result.order[:11] == (17, 7, 2, 16, 25, 23, 8, 24, 19, 13, 22)
    assert result.panel == result.order[:10]


def test_numbers_within_a_source_may_come_in_any_order() -> None:
    keys = {key_of([[9319], row, [9, 18, 26, 34, 41, 45]]) for row in permutations((2, 5, 8, 10, 12))}
    assert keys == {RFC_KEY}


@given(seed=SEEDS)
def test_key_gives_its_seed_back(seed: list[list[int]]) -> None:
    assert seed_of(key_of(seed)) == tuple(tuple(sorted(source)) for source in seed)


@given(one=SEEDS, other=SEEDS)
def test_seeds_that_differ_have_keys_that_differ(one: list[list[int]], other: list[list[int]]) -> None:
    assert (key_of(one) == key_of(other)) == ([sorted(row) for row in one] == [sorted(row) for row in other])


@pytest.mark.parametrize(
    "seed",
    [(), [[]], [[1], []], [[-1]], [[True]], [[1.0]], ["12"], "12", [["1"]], [[None]], [[10**1000]], 7, None],
)  # fmt: skip
def test_seed_that_is_none_is_refused(seed: object) -> None:
    with pytest.raises(UnusableSeed):
        run(simple(5), seed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "key", ["", "/", "1", "1.", "1./2", "01./", "2.1./", "-1./", " 1./", "1./\n", "๑./", "1,/", f"{10**1001}./"]
)
def test_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(UnusableSeed):
        seed_of(key)


def test_drand_is_one_number_of_256_bits() -> None:
    randomness = "00" * 31 + "0A"
    assert drand(randomness) == ((10,),)
    assert drand("ff" * 32) == ((2**256 - 1,),)


@pytest.mark.parametrize("randomness", ["", "ab" * 31, "0x" + "ab" * 31, "zz" * 32, "ab" * 32 + "\n", "๑" * 64])
def test_drand_that_is_none_is_refused(randomness: str) -> None:
    with pytest.raises(UnusableSeed):
        drand(randomness)


def test_government_lottery_is_four_sources() -> None:
    seed = government_lottery("012345", ["987", "012"], ["400", "399"], "07")
    assert key_of(seed) == "12345./12.987./399.400./7./"


@pytest.mark.parametrize(
    "prizes",
    [
        ("12345", ["987", "012"], ["400", "399"], "07"),
        ("012345", ["987"], ["400", "399"], "07"),
        ("012345", ["987", "12"], ["400", "399"], "07"),
        ("012345", ["987", "012"], ["400", "399", "398"], "07"),
        ("012345", ["987", "012"], ["400", "399"], "7"),
        ("๐๑๒๓๔๕", ["987", "012"], ["400", "399"], "07"),
    ],
)
def test_government_lottery_as_it_is_never_printed_is_refused(prizes: tuple[str, list[str], list[str], str]) -> None:
    with pytest.raises(UnusableSeed):
        government_lottery(*prizes)


def test_entropy_of_a_whole_order_decides_the_hash() -> None:
    # 34! < 2**128 < 35!
    assert [entropy_needed(people) for people in (0, 1, 2, 3, 34, 35)] == [0, 0, 1, 3, 128, 133]
    assert (hash_for(128), hash_for(129)) == ("MD5", "SHA-512")
    assert (run(simple(34), RFC_SEED).hash, run(simple(35), RFC_SEED).hash) == ("MD5", "SHA-512")
    assert entropy_needed(1000) == -int(-sum(map(log2, range(1, 1001))) // 1)


def test_sha_512_stands_where_md5_stood() -> None:
    for name, hashed in (("MD5", md5), ("SHA-512", sha512)):
        numbers = Numbers(RFC_KEY, name)
        found = [numbers.below(10**9) for _number in range(300)]
        frames = [number.to_bytes(2, "big") for number in range(300)]
        wanted = [hashed(frame + RFC_KEY.encode() + frame).digest() for frame in frames]
        assert found == [int.from_bytes(digest, "big") % 10**9 for digest in wanted]


def test_order_is_drawn_as_slowly_as_the_rfc_draws_it() -> None:
    """The RFC marks who is selected and counts along the others; past 256 people the running number needs two bytes."""
    result = run(simple(300), RFC_SEED)
    numbers, left, order = Numbers(RFC_KEY, "SHA-512"), [True] * 300, []
    for remaining in range(300, 0, -1):
        steps = numbers.below(remaining)
        place = next(place for place in range(300) if left[place] and sum(left[:place]) == steps)
        left[place] = False
        order.append(place + 1)
    assert result.order == tuple(order)


def test_numbers_end_where_two_bytes_end() -> None:
    numbers = Numbers(RFC_KEY, "MD5")
    numbers._given = 2**16 - 1
    numbers.below(2)
    with pytest.raises(OverflowError):
        numbers.below(2)
