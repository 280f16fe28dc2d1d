from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.custody.notes import verified
from tutela.kernel.signing.weak_keys import _SMALL, is_weak

#: The neutral point as R, and zero as S: nobody's signature.
FORGED = bytes([1]) + bytes(63)


@pytest.mark.parametrize("key", sorted(_SMALL), ids=bytes.hex)
@pytest.mark.parametrize("sign", [0x00, 0x80])
def test_a_key_of_small_order_is_weak(key: bytes, sign: int) -> None:
    assert is_weak(key[:31] + bytes([key[31] | sign]))


def test_what_makes_them_weak() -> None:
    fits = {key: sum(_fits(key, b"%d" % number) for number in range(200)) for key in _SMALL}
    assert fits[bytes([1]) + bytes(31)] == 200
    assert sum(count > 0 for count in fits.values()) >= 5


def _fits(key: bytes, text: bytes) -> bool:
    try:
        return verified(key, text, FORGED)
    except ValueError:  # the library takes no such way of writing
        return False


def test_a_key_of_somebody_is_not_weak() -> None:
    for number in range(20):
        key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32).public_key().public_bytes_raw()
        assert not is_weak(key) and not any(_fits(key, b"%d" % text) for text in range(20))
