"""A device opens a list: what it answers, and everything that it refuses."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.detect.matching.bundles.making import (
    CREATED,
    EXPIRES,
    MD5,
    NORTH,
    PDQ,
    PRINTS_KEY,
    PUBLISHER,
    SHA1,
    SHA256,
    SOUTH,
    STRANGER,
    TRUST,
    clock,
    draft,
    entries,
    sealed,
)
from tests.detect.matching.making import flipped, value
from tutela.detect.matching.bundles.fields import canonical
from tutela.detect.matching.bundles.layout import Header, render_signed
from tutela.detect.matching.bundles.opening import OpenBundle, open_bundle
from tutela.detect.matching.bundles.sealing import Draft
from tutela.detect.matching.bundles.trust import Trust
from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable

DRAFT = draft()
FILE = sealed(DRAFT)
HEADER_START = FILE.index(b"\n") + 1
HEADER_END = FILE.index(b"\n", HEADER_START)
NOTHING: NDArray[np.uint8] = np.empty((0, 32), np.uint8)


def opened(file: bytes = FILE, trust: Trust = TRUST, key: bytes = PRINTS_KEY) -> OpenBundle:
    return open_bundle(file, trust, clock(), prints_key=key)


def asked(*raw: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(raw), np.uint8).reshape(-1, 32)


def signed_again(file: bytes) -> bytes:
    """The file as a publisher would sign it who changed something."""
    return file[:-64] + PUBLISHER.private.sign(file[:-64])


# What it answers


def test_listed_digests_are_met_exactly() -> None:
    bundle = opened()
    for kind, listed in (("sha256", SHA256), ("sha1", SHA1), ("md5", MD5)):
        assert all(bundle.ask({kind: one}, NOTHING) == "exact" for one in listed)
    assert bundle.ask({"sha256": value(1), "md5": MD5[0]}, NOTHING) == "exact"
    assert bundle.ask({"sha256": SHA256[0]}, asked(PDQ[0])) == "exact"


def test_pdq_values_are_met_nearly() -> None:
    bundle = opened()
    assert bundle.ask({}, asked(value(1), flipped(PDQ[2], *range(31)))) == "near"
    assert bundle.ask({}, asked(value(500))) == "near"  # a derived crop
    assert bundle.ask({"sha256": value(1)}, asked(flipped(PDQ[2], *range(32)))) is None


def test_what_is_not_listed_meets_nothing() -> None:
    bundle = opened()
    assert bundle.ask({"sha256": value(1), "sha1": value(2, 20), "md5": value(3, 16)}, NOTHING) is None
    assert bundle.ask({"photodna": value(1, 144)}, NOTHING) is None
    assert opened(sealed(draft(perceptual=False))).ask({}, asked(PDQ[0])) is None


# What the file holds


def test_neither_digest_nor_pdq_value_stands_in_the_file() -> None:
    for one in entries():
        for part in (one.value, one.value[:8], one.value[-8:]):
            assert part not in FILE
            assert part.hex().encode() not in FILE


# What it refuses: bytes


def test_a_file_cut_off_anywhere_is_refused() -> None:
    for length in range(len(FILE)):
        with pytest.raises(TutelaError, match=r"\w \w"):
            opened(FILE[:length])


def test_a_flipped_bit_anywhere_is_refused() -> None:
    random.seed(1)
    for byte in range(len(FILE)):
        with pytest.raises(TutelaError, match=r"\w \w"):
            opened(flipped(FILE, 8 * byte + random.randrange(8)))


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    rows: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    yield path
    for step, inner in rows:
        yield from _leaves(inner, (*path, step))


HEADER_JSON = json.loads(FILE[HEADER_START:HEADER_END])
PATHS = [path for path in _leaves(HEADER_JSON) if path]


def _other(value: Any) -> Iterator[Any]:
    """Values that look right and are others."""
    yield None
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, 0)
    elif isinstance(value, str):
        yield from (value[:-1] + ("1" if value[-1] == "0" else "0"), "", value + "0")
        yield from ("FR", "exploitative", "2026-03-02T00:00:00Z")
    elif isinstance(value, list):
        yield from (value[1:], value[::-1], [*value, *value[:1]], [])
    elif isinstance(value, dict):
        yield from ({}, {**value, "more": 1})


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_a_header_with_another_field_is_refused_even_when_the_publisher_signs_it(
    path: tuple[Any, ...],
) -> None:
    tried = 0
    for other in _other(_at(HEADER_JSON, path)):
        changed = copy.deepcopy(HEADER_JSON)
        _at(changed, path[:-1])[path[-1]] = other
        if changed == HEADER_JSON or (path == ("approvals",) and other == HEADER_JSON["approvals"][::-1]):
            continue  # the order in which organisations signed says nothing
        file = FILE[:HEADER_START] + canonical(changed) + FILE[HEADER_END:]
        for one in (file, signed_again(file)):
            with pytest.raises(TutelaError, match=r"\w \w"):
                opened(one)
            tried += 1
    assert tried


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_a_header_without_a_field_is_refused(path: tuple[Any, ...]) -> None:
    changed = copy.deepcopy(HEADER_JSON)
    del _at(changed, path[:-1])[path[-1]]
    with pytest.raises(TutelaError, match=r"\w \w"):
        opened(signed_again(FILE[:HEADER_START] + canonical(changed) + FILE[HEADER_END:]))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


# What it refuses: people


def test_a_publisher_that_the_device_does_not_know_is_refused() -> None:
    with pytest.raises(Refused, match="publisher"):
        opened(trust=replace(TRUST, publishers=(STRANGER.party,)))


def test_another_signature_is_refused() -> None:
    with pytest.raises(Invalid, match="signature does not fit"):
        opened(FILE[:-64] + STRANGER.private.sign(FILE[:-64]))


def _unchecked(made: Draft, *houses: Any) -> bytes:
    """What a publisher would seal that checks nothing."""
    approvals = tuple(house.approves(made.content) for house in houses)
    signed = render_signed(Header(content=made.content, approvals=approvals), made.exact)
    return signed + PUBLISHER.private.sign(signed)


def test_fewer_approvals_than_needed_are_refused() -> None:
    made = draft(perceptual=False)
    third = replace(NORTH, organisation="Third Hotline", private=STRANGER.private)
    trust = replace(TRUST, approvers=(*TRUST.approvers, third.party, PUBLISHER.party))
    assert opened(_unchecked(made, NORTH, SOUTH), trust).content == made.content
    for houses, reason in (
        ((), "2 organisations"),
        ((NORTH,), "2 organisations"),
        ((NORTH, NORTH), "once"),
        ((NORTH, third), "2 jurisdictions"),
        ((NORTH, PUBLISHER), "publisher"),
    ):
        with pytest.raises(Refused, match=reason):
            opened(_unchecked(made, *houses), trust)


def test_approvals_of_strangers_do_not_count() -> None:
    made = draft(perceptual=False)
    with pytest.raises(Refused, match="2 organisations"):
        opened(_unchecked(made, NORTH, STRANGER))
    assert opened(_unchecked(made, NORTH, SOUTH, STRANGER)).content == made.content
    moved = replace(TRUST, approvers=(NORTH.party, replace(SOUTH.party, jurisdiction="DE")))
    with pytest.raises(Refused, match="2 organisations"):
        opened(trust=moved)


# What it refuses: times and numbers


def test_a_list_is_used_until_it_expires() -> None:
    last = EXPIRES - timedelta(seconds=1)
    assert open_bundle(FILE, TRUST, clock(last), prints_key=PRINTS_KEY).content.expires == EXPIRES
    with pytest.raises(Unavailable, match=r"expired on 2026-03-31T00:00:00Z"):
        open_bundle(FILE, TRUST, clock(EXPIRES), prints_key=PRINTS_KEY)


def test_a_clock_that_was_set_back_is_said() -> None:
    early = CREATED - timedelta(minutes=10)
    assert open_bundle(FILE, TRUST, clock(early), prints_key=PRINTS_KEY).content.created == CREATED
    with pytest.raises(Unavailable, match="set back"):
        open_bundle(FILE, TRUST, clock(early - timedelta(seconds=1)), prints_key=PRINTS_KEY)


def test_an_older_list_is_not_taken_back() -> None:
    assert opened(trust=TRUST.at_least(3)).content.number == 3
    with pytest.raises(Conflict, match="number 3, and number 4"):
        opened(trust=TRUST.at_least(4))


# What it refuses: sections that were not approved


def test_other_digests_than_those_approved_are_refused() -> None:
    at = HEADER_END + 1 + 8
    with pytest.raises(Invalid, match="sha256 digests are not those"):
        opened(signed_again(FILE[:at] + bytes(6) + FILE[at + 6 :]))


def test_an_approved_section_is_checked_all_the_same() -> None:
    made = draft(perceptual=False)
    section = made.exact[0]
    swapped = section[:8] + section[14:20] + section[8:14] + section[20:]
    shape = replace(made.content.exact[0], sha256=hashlib.sha256(swapped).digest())
    content = replace(made.content, exact=(shape, *made.content.exact[1:]))
    wrong = Draft(content=content, exact=(swapped, *made.exact[1:]), clear_prints=b"")
    with pytest.raises(Invalid, match="not in order"):
        opened(_unchecked(wrong, NORTH, SOUTH))


@pytest.mark.parametrize("key", [b"", bytes(32)])
def test_without_its_key_a_list_with_pdq_values_cannot_be_used(key: bytes) -> None:
    with pytest.raises(Unavailable, match="key of the PDQ values"):
        opened(key=key)
