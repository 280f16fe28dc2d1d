from __future__ import annotations

from pathlib import Path

from tutela.prevent.guard.person.device_time import FixedDeviceClock
from tutela.prevent.guard.person.folder import MARK, Folder
from tutela.prevent.guard.person.stopping import is_stopped, start_again, stop


def test_it_stops_at_once_until_the_next_start(tmp_path: Path) -> None:
    folder, device = Folder(tmp_path / "f"), FixedDeviceClock()
    folder.make()
    assert not is_stopped(folder, device.read())
    stop(folder, device.read())
    device.run(1e6)
    device.turn(-1e9)
    assert is_stopped(folder, device.read())
    device.restart(off_seconds=0)
    assert not is_stopped(folder, device.read())


def test_starting_again_is_possible_at_once_and_leaves_no_file(tmp_path: Path) -> None:
    folder, device = Folder(tmp_path / "f"), FixedDeviceClock()
    folder.make()
    stop(folder, device.read())
    stop(folder, device.read())
    start_again(folder)
    assert not is_stopped(folder, device.read())
    assert [one.name for one in folder.path.iterdir()] == [MARK]
