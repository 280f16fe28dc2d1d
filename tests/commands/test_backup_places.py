from __future__ import annotations

from pathlib import Path

from tutela.commands.backup_places import places_of
from tutela.config import Config


def test_keys_and_envelopes_never_leave_wherever_they_stand() -> None:
    settings = Config.model_validate({"custody": {"envelopes": "/disk/envelopes", "vault": "/big/vault"}})
    places = places_of(settings, Path("/home"))
    assert (places.home, places.vault, places.spare) == (
        Path("/home"),
        Path("/big/vault"),
        Path("/home/spare"),
    )
    assert set(places.never) == {Path("/disk/envelopes"), Path("/home/keys")}
