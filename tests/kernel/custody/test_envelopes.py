from __future__ import annotations

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.custody import age, envelopes
from tutela.kernel.custody.age import Damaged
from tutela.kernel.custody.envelopes import Contents, Measured
from tutela.kernel.ids import new_id

SECRET, PUBLIC = age.new_key()
KEY = age.new_key()[0]
BLOB = new_id("blb_")


def contents(data: bytes = b"benign") -> Contents:
    measured = Measured()
    measured.write(data)
    return measured.contents(BLOB)


def test_an_envelope_comes_back() -> None:
    one = contents()
    assert envelopes.parse(envelopes.render(one, KEY, PUBLIC), BLOB, SECRET) == (one, KEY)


def test_nothing_of_an_envelope_can_be_read_or_is_shown() -> None:
    one = contents()
    assert not any(
        word in envelopes.render(one, KEY, PUBLIC)
        for word in (KEY.encode(), one.sha256.encode(), BLOB.encode())
    )
    assert one.sha256 not in repr(one) and one.salt.hex() not in repr(one)


def test_the_envelope_of_another_object_is_refused() -> None:
    with pytest.raises(Damaged, match="another object"):
        envelopes.parse(envelopes.render(contents(), KEY, PUBLIC), new_id("blb_"), SECRET)


@pytest.mark.parametrize("plain", [b"", b"[]", b"{}", b"\xff"])
def test_an_envelope_that_holds_something_else_is_refused(plain: bytes) -> None:
    sealed = BytesIO()
    age.seal(BytesIO(plain), sealed, PUBLIC)
    with pytest.raises(Damaged, match="something else"):
        envelopes.parse(sealed.getvalue(), BLOB, SECRET)


def test_an_envelope_of_a_later_release_is_refused() -> None:
    plain, sealed = BytesIO(), BytesIO()
    age.unseal(BytesIO(envelopes.render(contents(), KEY, PUBLIC)), plain, SECRET)
    row = json.loads(plain.getvalue()) | {"version": 2}
    age.seal(BytesIO(json.dumps(row).encode()), sealed, PUBLIC)
    with pytest.raises(Damaged, match="newer release"):
        envelopes.parse(sealed.getvalue(), BLOB, SECRET)


@given(st.lists(st.binary(max_size=50)))
def test_what_passes_is_counted_the_same_in_either_direction(pieces: list[bytes]) -> None:
    whole, target = b"".join(pieces), BytesIO()
    out, into = Measured(target=target), Measured(source=BytesIO(whole))
    for piece in pieces:
        out.write(piece)
    while into.read(7):
        pass
    assert target.getvalue() == whole
    assert out.contents(BLOB, b"s") == into.contents(BLOB, b"s") and out.size_bytes == len(whole)


def test_a_target_that_takes_little_gets_everything() -> None:
    class Little:
        taken = b""

        def write(self, data: bytes, /) -> int:
            self.taken += data[:2]
            return len(data[:2])

    little = Little()
    assert Measured(target=little).write(b"benign!") == 7 and little.taken == b"benign!"
    assert Measured().read(5) == b""


def test_the_commitment_says_nothing_without_the_salt_and_everything_with_it() -> None:
    one, again = contents(), contents()
    assert one.commitment() != again.commitment() and (one.sha256, one.size_bytes) == (again.sha256, 6)
    same = Contents(blob=BLOB, size_bytes=6, sha256=one.sha256, sha3_256=one.sha3_256, salt=one.salt)
    assert same.commitment() == one.commitment() != contents(b"other").commitment()
