from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.backups.streams import sealing, unsealing
from tutela.kernel.custody import age

SECRET, PUBLIC = age.new_key()


def sealed(*pieces: bytes) -> bytes:
    target = io.BytesIO()
    with sealing(target, PUBLIC) as stream:
        for piece in pieces:
            stream.write(piece)
    return target.getvalue()


@given(st.lists(st.binary(max_size=200_000), max_size=4))
def test_what_went_in_comes_out(pieces: list[bytes]) -> None:
    with unsealing(io.BytesIO(sealed(*pieces)), SECRET) as stream:
        assert stream.read() == b"".join(pieces)


@pytest.mark.parametrize("keep", [0, 10, 300, -1])
def test_what_was_cut_off_is_told_even_if_nobody_reads_so_far(keep: int) -> None:
    whole = sealed(b"x" * 100_000)
    with pytest.raises(age.Damaged), unsealing(io.BytesIO(whole[:keep]), SECRET) as stream:
        stream.read(1)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(age.Damaged), unsealing(io.BytesIO(sealed(b"x")), age.new_key()[0]) as stream:
        stream.read()


def test_a_key_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="no public key"), sealing(io.BytesIO(), "age1x") as stream:
        stream.write(b"x" * 1_000_000)


def test_the_error_of_the_target_comes_through() -> None:
    class Full(io.BytesIO):
        def write(self, data: object, /) -> int:
            raise OSError(28, "full")

    with pytest.raises(OSError, match="full"), sealing(Full(), PUBLIC) as stream:
        stream.write(b"x" * 1_000_000)


def test_an_error_of_the_block_ends_it() -> None:
    with pytest.raises(LookupError), unsealing(io.BytesIO(sealed(b"x" * 1_000_000)), SECRET):
        raise LookupError
