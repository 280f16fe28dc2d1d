from __future__ import annotations

import pytest
from cryptography.fernet import InvalidToken
from django.conf import settings

from tutela.hotline.people.sealing import sealer


def test_what_is_sealed_for_one_purpose_opens_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sealer(b"one").encrypt(b"secret")
    assert sealer(b"one").decrypt(sealed) == b"secret"
    with pytest.raises(InvalidToken):
        sealer(b"two").decrypt(sealed)
    monkeypatch.setattr(
        settings, "SECRET_KEY", "another login key, long enough for every check of Django's own"
    )
    with pytest.raises(InvalidToken):
        sealer(b"one").decrypt(sealed)
