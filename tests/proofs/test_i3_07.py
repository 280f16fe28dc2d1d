from __future__ import annotations

import os
from pathlib import Path

import pytest

from proofs import i3_07, vault_attack
from proofs.disk_search import carved, forms, found
from proofs.figure import Progress

LOST, TRIED = ("without", "restored", "combinations", "too_few"), ("sealed", "tried", "control")


def test_the_search_finds_every_form_at_every_place() -> None:
    secret, noise = os.urandom(32), os.urandom(5_000)
    for shift in range(9):
        for one in forms(secret):
            assert found(noise[:shift] + one + noise, {"it": list(forms(secret))}) == {"it"}
    assert found(noise, {"it": list(forms(secret))}) == set()
    assert found(b"", {"it": [secret]}) == found(b"1234567", {"it": [secret]}) == set()


def test_base64_is_found_wherever_the_secret_begins() -> None:
    import base64

    secret = os.urandom(32)
    for before in range(6):
        text = base64.b64encode(bytes(before) + secret + b"more")
        assert found(text, {"it": list(forms(secret))}) == {"it"}


def test_carving_gives_what_begins_like_the_format() -> None:
    assert list(carved(b"..magic1..magic2", b"magic", 6)) == [b"magic1", b"magic2"]


def test_lost_keys_come_back_from_every_set_of_shares(tmp_path: Path) -> None:
    facts = i3_07.lost_key(tmp_path, 2)
    assert facts["restored"] == facts["combinations"] == 10 and facts["too_few"] == facts["without"] == 0


@pytest.mark.slow
def test_what_holds_the_fetchers_belongings_opens_nothing() -> None:
    facts = i3_07.attack(2)
    assert facts["exit"] == 0, facts["said"]
    assert facts["opened"] == 0 and facts["tried"] == 14 and facts["control"] == facts["sealed"] == 2


def test_an_attempt_that_works_is_counted() -> None:
    assert vault_attack._works(lambda: b"key") and not vault_attack._works(Path("/nowhere").read_bytes)


@pytest.mark.slow
@pytest.mark.needs("mount")
@pytest.mark.parametrize("overwriting", [True, False])
def test_a_destroyed_object_is_gone_from_the_image_and_the_control_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwriting: bool
) -> None:
    for name, value in {"DESTROYED": 5, "KEPT": 2, "LARGEST": 9_000, "IMAGE": 16 << 20}.items():
        monkeypatch.setitem(getattr(i3_07, name), "ci", value)
    facts = i3_07.destruction("ci", tmp_path, overwriting=overwriting)
    assert facts["keys"] == facts["open_after_restore"] == facts["in_backup"] == 0
    assert facts["kept_open"] == facts["envelopes_kept"] == 2
    assert facts["envelopes"] == facts["recoverable"] == (0 if overwriting else 5)
    assert facts["marks"] == (0 if overwriting else 1)
    if overwriting:
        assert facts["private_key"] == 1 and facts["private_key_retired"] == 0


def test_without_an_image_the_small_tier_says_so_and_the_whole_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(i3_07, "cannot_mount", lambda: "no loop device")
    monkeypatch.setattr(i3_07, "lost_key", lambda *_: dict.fromkeys(LOST, 0))
    monkeypatch.setattr(i3_07, "attack", lambda *_: {"exit": 0, **dict.fromkeys(TRIED, 1), "opened": 0})
    monkeypatch.setattr("proofs.figure.FIGURES", tmp_path)
    monkeypatch.setattr("proofs.figure.STATE", tmp_path)
    monkeypatch.setattr(i3_07, "Progress", lambda bar, tier: Progress(bar, tier, folder=tmp_path))
    assert i3_07.main("ci") == 0 and "NOT searched here: no loop device" in capsys.readouterr().out
    assert i3_07.main("full") == 1
