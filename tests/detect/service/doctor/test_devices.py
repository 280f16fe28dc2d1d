from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutela.detect.service.doctor.devices import Devices, Kept


class Machine:
    """A ``/sys`` and a ``/proc`` in a folder, with block devices as Linux shows them."""

    def __init__(self, folder: Path) -> None:
        self.sys, self.proc = folder / "sys", folder / "proc"
        (self.sys / "dev" / "block").mkdir(parents=True)
        (self.proc / "self").mkdir(parents=True)
        self._without: set[Path] = set()
        self.devices = Devices(sys=self.sys, proc=self.proc, stat=self._stat)

    def _stat(self, path: str | Path) -> os.stat_result:
        return os.stat_result((0, 0, 30, *[0] * 7)) if path in self._without else os.stat(path)

    def stands_without_a_device(self, path: Path) -> None:
        self._without.add(path)

    def block(self, number: str, name: str, *, slaves: tuple[str, ...] = (), uuid: str = "") -> Path:
        block = self.sys / "devices" / name
        (block / "slaves").mkdir(parents=True)
        (self.sys / "dev" / "block" / number).symlink_to(block)
        for slave in slaves:
            (block / "slaves" / slave).symlink_to(self.sys / "devices" / slave)
        if uuid:
            (block / "dm").mkdir()
            (block / "dm" / "uuid").write_text(uuid + "\n", encoding="ascii")
        return block

    def mounts(self, *lines: str) -> None:
        (self.proc / "self" / "mountinfo").write_text("\n".join(lines) + "\n", encoding="ascii")

    def kept(self, number: str) -> Kept:
        major, _, minor = number.partition(":")
        return self.devices.of_number(os.makedev(int(major), int(minor)))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_volume_on_luks_is_encrypted(machine: Machine) -> None:
    disk = machine.block("8:0", "sda")
    part = disk / "sda1"
    part.mkdir()
    (part / "partition").write_text("1", encoding="ascii")
    (machine.sys / "devices" / "sda1").symlink_to(part)
    machine.block("253:0", "dm-0", slaves=("sda1",), uuid="CRYPT-LUKS2-abc")
    machine.block("253:1", "dm-1", slaves=("dm-0",), uuid="LVM-abc")
    assert machine.kept("253:1") == "encrypted"
    assert machine.kept("8:0") == "plain"


def test_a_partition_is_as_its_disk(machine: Machine) -> None:
    crypt = machine.block("253:0", "dm-0", uuid="CRYPT-PLAIN-x")
    (crypt / "part").mkdir()
    (crypt / "part" / "partition").touch()
    (machine.sys / "dev" / "block" / "253:7").symlink_to(crypt / "part")
    assert machine.kept("253:7") == "encrypted"


def test_one_plain_disk_of_a_mirror_is_enough(machine: Machine) -> None:
    machine.block("253:0", "dm-0", uuid="CRYPT-LUKS2-abc")
    machine.block("8:0", "sda")
    machine.block("9:0", "md0", slaves=("dm-0", "sda"))
    assert machine.kept("9:0") == "plain"


def test_compressed_memory_is_memory(machine: Machine) -> None:
    machine.block("252:0", "zram0")
    assert machine.kept("252:0") == "memory"


def test_a_device_that_is_not_shown_is_unknown(machine: Machine) -> None:
    assert machine.kept("8:0") == "unknown"


def test_a_ring_of_devices_ends(machine: Machine) -> None:
    machine.block("253:0", "dm-0", slaves=("dm-1",))
    machine.block("253:1", "dm-1", slaves=("dm-0",))
    assert machine.kept("253:0") == "unknown"


def test_a_loop_device_is_as_its_file(machine: Machine, tmp_path: Path) -> None:
    block = machine.block("7:0", "loop0")
    (block / "loop").mkdir()
    (block / "loop" / "backing_file").write_text(f"{tmp_path}/gone.img\n", encoding="ascii")
    assert machine.kept("7:0") == "unknown"


@pytest.mark.parametrize(
    ("mount", "kept"),
    [
        ("- tmpfs tmpfs rw", "memory"),
        ("- ecryptfs /home/.private rw", "encrypted"),
        ("- overlay overlay rw", "unknown"),
        ("- btrfs /dev/nowhere rw", "unknown"),
        ("- btrfs /dev/null rw", "plain"),
    ],
)
def test_a_file_system_without_a_device_is_known_by_its_mount(
    machine: Machine, tmp_path: Path, mount: str, kept: Kept
) -> None:
    machine.block("1:3", "sda")  # /dev/null stands for a disk
    place = tmp_path / "a folder" / "deep"
    place.mkdir(parents=True)
    escaped = str(place.parent).replace(" ", r"\040")
    machine.mounts(
        "22 1 0:20 / / rw - ext4 /dev/root rw", f"36 22 0:30 / {escaped} rw,noatime shared:1 {mount}"
    )
    machine.stands_without_a_device(place)
    assert machine.devices.of_path(place) == kept


def test_without_a_table_of_mounts_nothing_is_known(machine: Machine, tmp_path: Path) -> None:
    machine.stands_without_a_device(tmp_path)
    assert machine.devices.of_path(tmp_path) == "unknown"


def test_a_path_that_is_gone_is_unknown(machine: Machine, tmp_path: Path) -> None:
    assert machine.devices.of_path(tmp_path / "gone") == "unknown"
    assert machine.devices.of_swap(str(tmp_path / "gone")) == "unknown"


def test_swap_is_a_device_or_a_file(machine: Machine, tmp_path: Path) -> None:
    machine.block("1:3", "dm-0", uuid="CRYPT-PLAIN-swap")
    (tmp_path / "swapfile").touch()
    (machine.proc / "swaps").write_text(
        f"Filename Type Size Used Priority\n/dev/null partition 1 0 -2\n{tmp_path}/swapfile file 1 0 -3\n",
        encoding="ascii",
    )
    first, second = machine.devices.swaps()
    assert machine.devices.of_swap(first) == "encrypted"
    assert machine.devices.of_swap(second) in ("unknown", "memory")


def test_this_machine_can_be_asked(tmp_path: Path) -> None:
    assert Devices().of_path(tmp_path) in ("encrypted", "plain", "memory", "unknown")
