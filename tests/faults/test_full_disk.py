"""A disk that is full takes nothing and acknowledges nothing; with room again everything goes on."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from proofs.faults.flow import ran
from proofs.faults.full_disk import small_disk
from proofs.faults.limits import few_handles, no_more_processes
from proofs.faults.places import slots
from proofs.faults.small_world import SmallFlow
from proofs.faults.world import check_invariants

FLOW = SmallFlow()


@pytest.mark.needs("tmpfs")
def test_a_small_disk_holds_what_was_there_and_gives_it_back(tmp_path: Path) -> None:
    (tmp_path / "before").write_text("before")
    with small_disk(tmp_path, size_bytes=1 << 20) as disk:
        assert (tmp_path / "before").read_text() == "before"
        (tmp_path / "during").write_text("during")
        assert 0 < disk.fill() < 1 << 20
        with pytest.raises(OSError) as raised:
            (tmp_path / "more").write_bytes(bytes(10_000))
        assert raised.value.errno == errno.ENOSPC
        disk.free()
        (tmp_path / "more").write_bytes(bytes(10_000))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["before", "during", "more"]


@pytest.mark.needs("tmpfs")
def test_a_small_disk_leaves_the_room_that_is_asked_for(tmp_path: Path) -> None:
    with small_disk(tmp_path, size_bytes=1 << 20) as disk:
        disk.fill(spare_bytes=1 << 16)
        (tmp_path / "fits").write_bytes(bytes(1 << 15))


@pytest.mark.needs("tmpfs")
def test_names_run_out_before_room_does(tmp_path: Path) -> None:
    with small_disk(tmp_path, size_bytes=1 << 20, inodes=20) as disk:
        assert 0 < disk.fill_inodes() < 20
        with pytest.raises(OSError):
            (tmp_path / "more").touch()
        disk.free()
        (tmp_path / "more").touch()


@pytest.mark.needs("tmpfs")
@pytest.mark.slow
def test_a_flow_on_a_full_disk_acknowledges_nothing_and_goes_on_with_room() -> None:
    with slots(1) as (slot,):
        place = slot.empty()
        FLOW.prepare(place)
        with small_disk(place.home, size_bytes=4 << 20) as disk:
            disk.fill()
            full = ran(FLOW.command("intake"), place)
            disk.free()
            after = ran(FLOW.command("intake"), place)
        assert (full.exit != 0, full.acknowledged) == (True, frozenset())
        assert "OperationalError" in full.complained  # "disk is full", or an error of the shared memory file
        assert after.exit == 0
        recovered = FLOW.recover(place)
        assert check_invariants(FLOW.world(place, after.acknowledged, recovered)) == []


@pytest.mark.needs("linux")
def test_too_few_handles_end_a_command_with_an_error(tmp_path: Path) -> None:
    with slots(1) as (slot,):
        place = slot.empty()
        program = ["python3", "-I", "-c", "[open('/dev/null') for _ in range(9)]; print('ACK all')"]
        assert ran(few_handles(program, 64), place).acknowledged == {"all"}
        few = ran(few_handles(program, 8), place)
        assert (few.exit != 0, few.acknowledged) == (True, frozenset())
        assert "Too many open files" in few.complained


@pytest.mark.needs("linux")
def test_without_further_processes_a_command_goes_on_alone() -> None:
    with slots(1) as (slot,):
        place = slot.empty()
        program = ["/usr/bin/env", "bash", "-c", "echo ACK alone; (true) && echo ACK forked"]
        assert ran(program, place).acknowledged == {"alone", "forked"}
        none = ran(no_more_processes(program), place)
        assert none.acknowledged == {"alone"}
        assert "Resource temporarily unavailable" in none.complained
