from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.cases.making import CLOCK, ring
from tutela.hotline.cases.addresses import (
    SealedAddress,
    SealingKeys,
    fetch_key_store,
    fetch_public_keys,
    open_for_fetch,
    seal_address,
)
from tutela.kernel.custody.age import Damaged
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Invalid, TutelaError, Unavailable


def test_the_fetcher_reads_what_was_written_and_holds_the_public_half_of_the_vault_only(
    tmp_path: Path,
) -> None:
    store = fetch_key_store(tmp_path, CLOCK)
    store.rotate()
    vault = ring()
    keys = SealingKeys(vault=vault, fetch=fetch_public_keys(tmp_path))
    sealed = seal_address(read_url("https://There.test/x#y"), keys)
    assert open_for_fetch(sealed.url_for_fetch, store).raw == "https://There.test/x#y"
    with pytest.raises(TutelaError):
        open_for_fetch(sealed.url_sealed, store)
    assert "there" not in repr(sealed).lower()


def test_without_a_fetch_key_nothing_is_sealed(tmp_path: Path) -> None:
    keys = SealingKeys(vault=ring(), fetch=fetch_public_keys(tmp_path))
    with pytest.raises(Unavailable):
        seal_address(read_url("https://there.test/"), keys)


def test_what_is_sealed_to_the_fetcher_is_judged_again_as_an_address(tmp_path: Path) -> None:
    store = fetch_key_store(tmp_path, CLOCK)
    store.rotate()
    with pytest.raises(Invalid):
        open_for_fetch(seal_text("gopher://there.test/", store), store)


def test_an_address_that_is_not_to_be_fetched_has_no_fetch_epoch() -> None:
    sealed = seal_text("x", ring())
    assert SealedAddress(url_sealed=sealed, host_sealed=sealed, url_for_fetch=b"").fetch_epoch == ""


@given(st.binary(max_size=300))
def test_noise_is_no_sealed_address(noise: bytes) -> None:
    with pytest.raises(Damaged):
        open_for_fetch(noise, ring())  # type: ignore[arg-type]  # a store in memory serves as well
