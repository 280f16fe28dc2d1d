from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest

from tutela.hotline.cases.index_key import FILE_NAME, IndexKey, make_index_key, read_index_key
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Conflict, Refused, Unavailable


def test_a_key_is_read_as_it_was_made_and_never_replaced(tmp_path: Path) -> None:
    key = make_index_key(tmp_path)
    assert read_index_key(tmp_path) == key and key.raw.hex() not in repr(key)
    with pytest.raises(Conflict):
        make_index_key(tmp_path)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_the_digest_is_the_hmac_of_the_canonical_address() -> None:
    key = IndexKey(raw=b"k" * 32)
    expected = hmac.new(b"k" * 32, b"address\x00https://there.test/a%20b", hashlib.sha256).hexdigest()
    assert key.address_digest(read_url("HTTPS://There.test:443/a b#c")) == expected
    assert key.address_digest(read_url("https://there.test/a")) != expected


def test_a_host_and_its_bare_address_have_different_digests() -> None:
    key = IndexKey(raw=b"k" * 32)
    url = read_url("https://there.test./")
    assert key.host_digest(url) == key.host_digest(read_url("https://there.test/x"))
    assert key.host_digest(url) != key.address_digest(url)


def test_another_key_gives_another_digest() -> None:
    url = read_url("https://there.test/")
    assert IndexKey(raw=b"a" * 32).address_digest(url) != IndexKey(raw=b"b" * 32).address_digest(url)


def test_a_missing_key_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="tutela hotline init"):
        read_index_key(tmp_path)


@pytest.mark.parametrize("text", ["zz", "00" * 31, "", "é"])
def test_a_damaged_key_is_not_used(tmp_path: Path, text: str) -> None:
    make_index_key(tmp_path)
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(Unavailable):
        read_index_key(tmp_path)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    make_index_key(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o640)
    with pytest.raises(Refused):
        read_index_key(tmp_path)
