"""The meter: what may come out of a container."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutela.detect.media.members import RATIO_GRACE_BYTES, Meter, step_cpu_seconds, unpacked_bytes_max
from tutela.detect.media.shapes import FORENSIC, MIB, WEB
from tutela.detect.media.troubles import DecodeTrouble


def test_the_first_mebibyte_is_free_of_the_ratio() -> None:
    meter = Meter(WEB, 10)
    assert len(list(meter.bound(iter([bytes(RATIO_GRACE_BYTES)]), lambda: 1))) == 1
    with pytest.raises(DecodeTrouble, match="ratio"):
        list(meter.bound(iter([b"x"]), lambda: 1))


def test_a_member_may_be_a_hundred_times_its_packed_size() -> None:
    meter = Meter(replace(WEB, archive_bytes_max=None), 10 * MIB)
    assert list(meter.bound(iter([bytes(MIB)] * 100), lambda: MIB))
    with pytest.raises(DecodeTrouble, match="ratio"):
        list(meter.bound(iter([bytes(MIB)] * 101), lambda: MIB))


def test_the_total_of_the_profile_holds_over_all_members() -> None:
    meter = Meter(replace(WEB, archive_bytes_max=5 * MIB), 10 * MIB)
    list(meter.bound(iter([bytes(3 * MIB)]), lambda: 3 * MIB))
    with pytest.raises(DecodeTrouble, match="unpacked_bytes"):
        list(meter.bound(iter([bytes(3 * MIB)]), lambda: 3 * MIB))


def test_one_entry_too_many_is_refused() -> None:
    meter = Meter(replace(WEB, archive_entries_max=2), 10)
    meter.entry()
    meter.entry()
    with pytest.raises(DecodeTrouble, match="entries"):
        meter.entry()


def test_the_forensic_profile_has_no_total_but_the_ratio() -> None:
    assert unpacked_bytes_max(WEB, 1 << 40) == 512 * MIB
    assert unpacked_bytes_max(FORENSIC, 1 << 30) == 100 << 30
    assert unpacked_bytes_max(FORENSIC, 1) == RATIO_GRACE_BYTES


def test_only_disk_images_may_compute_long_without_a_sign() -> None:
    assert step_cpu_seconds("zip", FORENSIC) == FORENSIC.item_cpu_seconds
    assert step_cpu_seconds("disk", FORENSIC) == FORENSIC.film_cpu_seconds
