"""A page on its way into the database: sealed to both keys, digested under the index key, unreadable."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.hotline.cases.making import ring
from tests.hotline.cases.test_page_plan import HERE, page_with
from tutela.detect.media.page_shapes import Embedded
from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.cases.found_pages import find_page
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.cases.page_plan import PageRules
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.egress.urls import parse_url

KEY = IndexKey(raw=b"i" * 32)


def test_addresses_and_referrer_open_with_their_own_keys_alone() -> None:
    vault, fetch = ring(), ring()
    url = parse_url("https://cdn.test/a.jpg")
    found = find_page(
        page_with([Embedded(url=url, kind="picture", where="img")], [], dropped={"pixel": 2}),
        HERE,
        level=1,
        rules=PageRules(),
        keys=SealingKeys(vault=vault, fetch=fetch),
        index=KEY,
    )
    (medium,) = found.media
    assert (
        open_text(medium.address.url_for_fetch, fetch)
        == open_text(medium.address.url_sealed, vault)
        == url.raw
    )
    assert (
        open_text(found.referrer_for_fetch, fetch)
        == open_text(found.referrer_sealed, vault)
        == HERE.canonical
    )
    assert (medium.url_digest, medium.host_digest) == (KEY.address_digest(url), KEY.host_digest(url))
    assert found.text_digest == KEY.text_digest(bytes(32)) != KEY.text_digest(bytes(31) + b"x")
    assert (found.level, found.text_simhash) == (1, "0" * 16)
    assert found.as_counts(opened=1, joined=0, full=3)["left"] == {"pixel": 2, "group_full": 3}
    assert "host.test" not in repr(found)


@pytest.mark.parametrize(
    ("change", "is_entrance"),
    [({}, False), ({"password_field": True}, True), ({"refresh": parse_url("https://host.test/on")}, True)],
    ids=range(3),
)
def test_a_page_that_asks_for_a_password_or_sends_on_is_an_entrance(
    change: dict[str, Any], is_entrance: bool
) -> None:
    page = replace(page_with([], []), **change)
    keys = SealingKeys(vault=ring(), fetch=ring())
    assert find_page(page, HERE, level=0, rules=PageRules(), keys=keys, index=KEY).is_entrance == is_entrance
