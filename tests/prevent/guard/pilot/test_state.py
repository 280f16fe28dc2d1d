from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.prevent.guard.pilot.making import joined_at, office_at
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.pilot import state as states
from tutela.prevent.guard.pilot.shapes import Answered, Event, Left
from tutela.prevent.guard.pilot.state import FILE, STEP_BYTES

DAY = date(2026, 10, 2)


def test_everything_comes_back_and_only_the_passphrase_opens_it(tmp_path: Path) -> None:
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"))
    full = replace(
        device.state(),
        answers=(Answered(moment="start", day=DAY, version=1, answers={"calm": 3, "slept": None}),),
        events=(Event(day=DAY, kind="sleep", severity=2),),
        left=Left(day=DAY, reason="health"),
        sent=2,
        shown=b"{}\n",
        frame=b"\xff\x00",
    )
    states.keep(device.folder, device.public, full)
    assert states.load(device.folder, device.private) == full
    data = device.folder.read(FILE) or b""
    for word in (b"example", b"clinic", b"Clinic", b"calm", full.code.text.encode()):
        assert word not in data
    with pytest.raises(Unavailable, match="damaged"):
        states.load(device.folder, bytes(31) + b"\1")


def test_its_size_tells_little(tmp_path: Path) -> None:
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"))
    before = len(device.folder.read(FILE) or b"")
    told = Answered(moment="start", day=DAY, version=1, answers={"calm": 3})
    device.keep(replace(device.state(), answers=(told,)))
    assert len(device.folder.read(FILE) or b"") == before and (before - 48) % STEP_BYTES == 0


@pytest.mark.parametrize("damage", ["cut", "other", "format"])
def test_what_is_damaged_is_told(tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"))
    data = device.folder.read(FILE) or b""
    if damage == "cut":
        device.folder.write(FILE, data[:100])
    elif damage == "other":
        device.folder.write(FILE, data[:-1] + bytes([data[-1] ^ 1]))
    else:
        kept = device.state()
        monkeypatch.setattr(states, "FORMAT", 2)
        device.keep(kept)
        monkeypatch.undo()
    with pytest.raises(Unavailable):
        device.state()


def test_forgetting_leaves_nothing(tmp_path: Path) -> None:
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"))
    states.forget(device.folder)
    assert states.load(device.folder, device.private) is None
    assert not list(device.folder.path.glob(f"{FILE}*"))
