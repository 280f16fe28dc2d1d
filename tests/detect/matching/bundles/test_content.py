"""What organisations approve: what it may say, and one text of it."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.detect.matching.bundles.making import CREATED, EXPIRES, NORTH, PUBLISHER, draft
from tutela.detect.matching.bundles.content import Content, parse_content, parse_party, render_content
from tutela.detect.matching.bundles.fields import Fields, canonical

CONTENT = draft().content
EXACT = CONTENT.exact[0]


def as_json(content: Content = CONTENT) -> dict[str, Any]:
    rendered: dict[str, Any] = json.loads(canonical(render_content(content)))
    return rendered


def test_content_comes_back_as_it_was() -> None:
    assert parse_content(as_json()) == CONTENT
    without = replace(CONTENT, prints=None, device_perceptual=False)
    assert parse_content(as_json(without)) == without
    only_prints = replace(CONTENT, exact=())
    assert parse_content(as_json(only_prints)) == only_prints
    assert only_prints.false_match_probability == 0.0


def test_counts_and_probability_follow_from_the_sections() -> None:
    assert CONTENT.counts == {"sha256": 30, "sha1": 3, "md5": 5, "pdq": 13}
    assert CONTENT.false_match_probability == 30 * 2.0**-48
    assert "pdq" not in replace(CONTENT, prints=None).counts


def test_every_change_changes_the_digest() -> None:
    changes: list[dict[str, Any]] = [
        {"name": "other"},
        {"number": 4},
        {"legal_class": "exploitative"},
        {"laws": ("Another Act",)},
        {"created": CREATED - timedelta(seconds=1)},
        {"expires": EXPIRES + timedelta(seconds=1)},
        {"publisher": NORTH.party},
        {"salt": bytes(32)},
        {"exact": CONTENT.exact[:1]},
        {"prints": None},
    ]
    digests = {replace(CONTENT, **change).digest for change in changes}
    assert len(digests) == len(changes)
    assert CONTENT.digest not in digests


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "\n"},
        {"laws": ()},
        {"laws": ("b", "a")},
        {"laws": ("a", "a")},
        {"laws": ("",)},
        {"laws": tuple(f"law {number:02}" for number in range(17))},
        {"legal_class": ""},
        {"legal_class": "politics"},
        {"expires": CREATED},
        {"expires": CREATED + timedelta(days=92, seconds=1)},
        {"exact": (), "prints": None},
        {"exact": (EXACT, EXACT)},
        {"exact": CONTENT.exact[::-1]},
        {"device_perceptual": False},
        {"exact": (replace(EXACT, shape=replace(EXACT.shape, entries=300, largest_bucket=300)),)},
    ],
)
def test_what_no_device_list_may_say_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        replace(CONTENT, **wrong)


def _changed(*path: str | int, to: object) -> dict[str, Any]:
    whole = copy.deepcopy(as_json())
    at: Any = whole
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return whole


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("schema",), "tutela.device-list/2"),
        (("number",), 0),
        (("laws",), [1]),
        (("salt",), "00"),
        (("false_match_probability",), 0.0),
        (("false_match_probability",), True),
        (("new",), 1),
        (("publisher", "new"), 1),
        (("publisher", "key"), "00" * 32),
        (("exact", 0, "kind"), "photodna"),
        (("exact", 0, "entries"), 0),
        (("exact", 0, "entry_bits"), 44),
        (("exact", 0, "entry_bits"), 56),
        (("exact", 0, "bucket_bits"), 17),
        (("exact", 0, "largest_bucket"), 31),
        (("exact", 0, "new"), 1),
        (("exact", 0), 1),
        (("perceptual",), 1),
        (("perceptual", "entries"), 0),
        (("perceptual", "distance_bits"), 32),
        (("perceptual", "quality_min"), 101),
        (("perceptual", "new"), 1),
    ],
)
def test_what_this_release_does_not_know_is_refused(path: tuple[str | int, ...], to: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_content(_changed(*path, to=to))


def test_a_party_comes_back_as_it_was() -> None:
    assert parse_party(Fields(as_json()["publisher"], "it")) == PUBLISHER.party
