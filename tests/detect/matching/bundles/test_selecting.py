"""Which entries of a list go onto devices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.detect.matching.bundles.making import CREATED, EXPIRES, MD5, SHA256, entries, header
from tests.detect.matching.making import entry, value
from tutela.detect.matching.bundles.selecting import Selection, Wanted, select
from tutela.detect.matching.shapes import ListEntry, Thresholds
from tutela.kernel.errors import Refused

WANTED = Wanted(legal_class="", since=CREATED, until=EXPIRES, kinds=("sha256", "sha1", "md5"), prints=True)
ONE = entry("e1", "sha256", value(1))


def chosen(*listed: ListEntry, wanted: Wanted = WANTED, **fields: Any) -> Selection:
    return select(header(**fields), listed or entries(), wanted)


def test_everything_that_may_be_on_devices_is_taken() -> None:
    selection = chosen()
    assert selection.digests["sha256"] == SHA256
    assert selection.digests["md5"] == MD5
    assert len(selection.prints) == 13
    assert (selection.legal_class, selection.laws) == ("csam", ("Example Act, section 1",))
    assert not selection.left_out


def test_sha256_alone_unless_more_is_asked_for() -> None:
    selection = chosen(wanted=replace(WANTED, kinds=("sha256",), prints=False))
    assert list(selection.digests) == ["sha256"]
    assert selection.prints == []
    assert selection.left_out["md5 values, which this device list does not hold"] == 5
    assert selection.left_out["PDQ values, which were not asked for"] == 13


@pytest.mark.parametrize("kind", ["photodna", "pdq", "url"])
def test_no_other_digests_can_be_asked_for(kind: str) -> None:
    with pytest.raises(ValueError, match="sha256, sha1, md5"):
        replace(WANTED, kinds=(kind,))


@pytest.mark.parametrize(
    ("left", "reason"),
    [
        (replace(ONE, kind="url"), "url values"),
        (replace(ONE, kind="vpdq"), "vpdq values"),
        (replace(ONE, valid_from=CREATED + timedelta(seconds=1)), "not valid yet"),
        (replace(ONE, valid_to=EXPIRES - timedelta(seconds=1)), "not valid for as long"),
        (replace(ONE, kind="pdq", quality=49), "poor quality"),
    ],
)
def test_what_devices_cannot_use_is_left_out_and_counted(left: ListEntry, reason: str) -> None:
    selection = chosen(replace(ONE, valid_from=CREATED, valid_to=EXPIRES), left)
    assert selection.digests == {"sha256": [ONE.value]}
    assert [(number, reason in why) for why, number in selection.left_out.items()] == [(1, True)]


def test_laws_and_class_may_stand_in_the_list_or_in_the_entry() -> None:
    other = replace(ONE, law="Another Act", legal_class="csam")
    assert chosen(ONE, other).laws == ("Another Act", "Example Act, section 1")
    assert chosen(other, law="", legal_class="").laws == ("Another Act",)


@pytest.mark.parametrize(
    ("fields", "listed", "reason"),
    [
        ({"law": ""}, ONE, "2 values of sample say no law"),
        ({"legal_class": ""}, ONE, "say no legal class"),
        ({}, replace(ONE, disputed=True), "disputed"),
        ({}, replace(ONE, kind="url"), "nothing of sample"),
        ({"known_good": True}, ONE, "harmless"),
        ({"approved": False}, ONE, "assessed"),
        ({"valid_to": EXPIRES - timedelta(seconds=1)}, ONE, "as long"),
        ({"device_perceptual": False}, ONE, "does not allow"),
        ({"thresholds": Thresholds(distance_bits=32)}, ONE, "31 bits"),
    ],
)
def test_a_list_that_may_not_be_on_devices_is_refused(
    fields: dict[str, Any], listed: ListEntry, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        chosen(replace(ONE, entry="e0"), listed, **fields) if listed.kind != "url" else chosen(
            listed, **fields
        )


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(Refused, match="it is empty"):
        select(header(), [], WANTED)


def test_a_device_list_is_of_one_class() -> None:
    other = replace(ONE, legal_class="exploitative")
    with pytest.raises(Refused, match="csam, exploitative"):
        chosen(ONE, other)
    selection = chosen(
        ONE, other, replace(other, law="Another Act"), wanted=replace(WANTED, legal_class="csam")
    )
    assert selection.digests == {"sha256": [ONE.value]}
    assert selection.laws == ("Example Act, section 1",)
    assert selection.left_out["of another legal class"] == 2


def test_what_nobody_asked_for_does_not_stop_the_rest() -> None:
    left = replace(ONE, kind="md5", disputed=True, law="")
    assert chosen(ONE, left, wanted=replace(WANTED, kinds=("sha256",))).digests == {"sha256": [ONE.value]}


def test_pdq_values_stay_where_they_are_when_nobody_asks_for_them() -> None:
    selection = chosen(wanted=replace(WANTED, prints=False), device_perceptual=False)
    assert selection.prints == []
