from __future__ import annotations

from pathlib import Path

import pytest

from tutela.detect.service.doctor import disks
from tutela.detect.service.doctor.devices import Devices, Kept
from tutela.detect.service.doctor.disks import FREE_BYTES_MIN, RESERVE_BYTES


class Fixed(Devices):
    """Devices of which the answer is known."""

    def __init__(self, *kept: Kept) -> None:
        super().__init__()
        self._kept = list(kept)

    def of_path(self, path: Path) -> Kept:
        return self._kept[0]

    def of_swap(self, name: str) -> Kept:
        return self._kept[int(name)]

    def swaps(self) -> tuple[str, ...]:
        return tuple(map(str, range(len(self._kept))))


class Hidden(Devices):
    """A machine that shows nothing."""

    def swaps(self) -> tuple[str, ...]:
        raise PermissionError


def test_room_is_asked_of_the_nearest_folder_that_is_there(tmp_path: Path) -> None:
    assert disks.nearest(tmp_path / "not" / "yet") == tmp_path
    assert disks.nearest(Path("not-yet")) == Path.cwd()
    assert disks.free_space(tmp_path / "not" / "yet").check == "space"


@pytest.mark.parametrize(
    ("free_bytes", "state"),
    [(FREE_BYTES_MIN - 1, "fail"), (RESERVE_BYTES + 99, "warn"), (RESERVE_BYTES + 100, "ok")],
)
def test_a_merge_of_all_lists_has_room(tmp_path: Path, free_bytes: int, state: str) -> None:
    (tmp_path / "segment").write_bytes(bytes(100))
    assert disks.free_space(tmp_path, free_bytes=free_bytes).state == state


def test_size_below_counts_files_of_all_folders(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one").write_bytes(bytes(70))
    (tmp_path / "two").write_bytes(bytes(30))
    assert disks.size_below(tmp_path) == 100
    assert disks.size_below(tmp_path / "none") == 0


@pytest.mark.parametrize(
    ("kept", "state"), [("encrypted", "ok"), ("plain", "warn"), ("unknown", "warn"), ("memory", "warn")]
)
def test_only_an_encrypted_disk_passes(tmp_path: Path, kept: Kept, state: str) -> None:
    assert disks.encryption(tmp_path, Fixed(kept)).state == state


@pytest.mark.parametrize(
    ("kept", "state"),
    [((), "ok"), (("encrypted", "memory"), "ok"), (("encrypted", "plain"), "warn"), (("unknown",), "warn")],
)
def test_swap_is_off_encrypted_or_in_memory(kept: tuple[Kept, ...], state: str) -> None:
    assert disks.swap(Fixed(*kept)).state == state


def test_swap_that_is_not_shown_is_told() -> None:
    assert disks.swap(Hidden()).state == "warn"
