from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.ledger.logs import KEY, unprotected, written
from tutela.hotline.ledger.kept import last_kept
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.ledger.signing import sign_and_keep
from tutela.hotline.ledger.store import OrmLogStore
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def test_what_is_signed_stands_in_both_places(tmp_path: Path) -> None:
    written(3, every=100)
    note = str(sign_and_keep(tmp_path, KEY))
    assert note == last_kept(tmp_path) == OrmLogStore().last_checkpoint()
    assert str(sign_and_keep(tmp_path, KEY)) == note


def test_what_is_refused_changes_neither(tmp_path: Path) -> None:
    written(4, every=100)
    note = str(sign_and_keep(tmp_path, KEY))
    with unprotected():
        LedgerEntry.objects.filter(index=3).delete()
    with pytest.raises(Refused):
        sign_and_keep(tmp_path, KEY)
    assert note == last_kept(tmp_path) == OrmLogStore().last_checkpoint()
