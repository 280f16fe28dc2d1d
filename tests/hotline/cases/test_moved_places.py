"""Where redirects led: another host is another place, the same one with ``www.`` is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.hotline.cases.rig import KEY, START
from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.cases.moved_places import Signs, elsewhere, move_place
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.fetcher.orders import Fetched

THERE = "https://there.test/one.jpg"
ANSWER = Fetched(
    url="https://host.test/one.jpg", status=200, address="", certificate_sha256="", redirects=1,
    size_bytes=1, sha256="0" * 64, sha3_256="0" * 64, seconds=0.0, version="1", configuration="0" * 64,
    response_sealed=b"", final_url=THERE,
)  # fmt: skip


@pytest.mark.parametrize(
    ("final", "is_other"),
    [
        (THERE, True),
        ("https://cdn.host.test/one.jpg", True),
        ("https://host.test/other/path", False),
        ("http://www.host.test/one.jpg", False),
        ("", False),
        ("no address", False),
    ],
)
def test_another_host_is_elsewhere(final: str, is_other: bool) -> None:
    found = elsewhere(replace(ANSWER, final_url=final))
    assert (found is not None) == is_other
    assert found is None or found == parse_url(final)


def test_what_asked_for_www_and_was_led_to_the_bare_name_stays_there() -> None:
    assert elsewhere(replace(ANSWER, url="https://www.there.test/x")) is None


def test_the_place_is_sealed_to_both_keys_and_found_again_by_its_digests() -> None:
    clock = FixedClock(START)
    vault, fetch = MemoryKeyStore(clock), MemoryKeyStore(clock)
    vault.rotate()
    fetch.rotate()
    keys = SealingKeys(vault=vault, fetch=fetch)
    place = move_place(ANSWER, Signs(), at=START, keys=keys, index=KEY)
    assert place is not None
    assert (
        open_text(place.address.url_sealed, vault) == THERE == open_text(place.address.url_for_fetch, fetch)
    )
    there = parse_url(THERE)
    assert (place.url_digest, place.host_digest) == (KEY.address_digest(there), KEY.host_digest(there))
    assert "there.test" not in repr(place)
    assert move_place(replace(ANSWER, final_url=""), Signs(), at=START, keys=keys, index=KEY) is None
