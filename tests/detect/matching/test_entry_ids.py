from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.matching.entry_ids import checked_foreign_id, keyed_id, keyed_ids
from tutela.kernel.ids import is_id

SALT = bytes(range(32))


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_keyed_ids_are_those_of_keyed_id(values: list[bytes]) -> None:
    found = keyed_ids(SALT, "md5", values)
    ids = [found[number] for number in range(len(found))]
    assert ids == [keyed_id(SALT, [b"md5", value]) for value in values]
    assert all(is_id(one) for one in ids)


def test_keyed_id_depends_on_salt_kind_and_value() -> None:
    ids = {
        keyed_id(SALT, [b"md5", b"x"]),
        keyed_id(bytes(32), [b"md5", b"x"]),
        keyed_id(SALT, [b"pdq", b"x"]),
    }
    ids |= {keyed_id(SALT, [b"md5", b"y"]), keyed_id(SALT, [b"md5x", b""])}
    assert len(ids) == 5


def test_checked_foreign_id_stays_as_it_is() -> None:
    assert checked_foreign_id("42-testimage1") == "42-testimage1"


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 201, "\x00"])
def test_checked_foreign_id_refuses(name: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        checked_foreign_id(name)
