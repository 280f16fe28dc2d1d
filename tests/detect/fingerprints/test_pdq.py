"""PDQ of shown forms: eight orientations, one quality, and a reason instead of an empty hash."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tutela.arithmetic.pdq import DIHEDRAL_NAMES
from tutela.detect.fingerprints.contract import sample_form
from tutela.detect.fingerprints.pdq import pdq_print, pdq_prints, turned_form
from tutela.detect.fingerprints.shapes import Fingerprint, Unhashable
from tutela.detect.media.shapes import ShownForm


def test_turned_form_changes_only_the_orientation() -> None:
    assert turned_form("f0/r0", "r90") == "f0/r90"
    assert turned_form("f3/r0/white", "mx") == "f3/mx/white"
    assert turned_form("t12.000/r0/c5", "ma") == "t12.000/ma/c5"


def test_all_orientations_are_given_upright_first() -> None:
    found = pdq_prints(sample_form(), mode="exact")
    assert not isinstance(found, Unhashable)
    assert [p.form for p in found] == [f"f0/{name}" for name in DIHEDRAL_NAMES]
    assert found[0] == pdq_print(sample_form(), mode="exact")
    assert {p.mode for p in found} == {"exact"}
    assert len({p.value for p in found}) == 8


@pytest.mark.parametrize(("orientation", "rows", "columns"), [("mx", -1, 1), ("my", 1, -1), ("r180", -1, -1)])
def test_a_mirrored_picture_is_found_by_the_mirrored_form(orientation: str, rows: int, columns: int) -> None:
    shown = sample_form()
    mirrored = replace(shown, luma64=np.ascontiguousarray(shown.luma64[::rows, ::columns]))
    by_form = {p.form: p.value for p in _prints(shown)}
    assert _distance_bits(_prints(mirrored)[0].value, by_form[f"f0/{orientation}"]) <= 2


@pytest.mark.parametrize("kind", ["upright only", "all"])
def test_a_plain_picture_is_unhashable_with_its_quality_as_reason(kind: str) -> None:
    flat = sample_form(flat=True)
    found = pdq_print(flat, mode="fast") if kind == "upright only" else pdq_prints(flat, mode="fast")
    assert found == Unhashable(
        kind="pdq", form="f0/r0", reason="quality 0 is below 50: too little detail for PDQ"
    )


def test_limited_range_film_gets_its_quality_scaled() -> None:
    ramp = np.tile(np.arange(64, dtype=np.float32) * 2.2, (64, 1))
    full = replace(sample_form(film=True), luma64=ramp)
    limited = replace(full, clip_flags=4)
    assert _quality(pdq_print(full, mode="exact")) <= _quality(pdq_print(limited, mode="exact"))


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_a_reduction_out_of_range_is_a_reason_and_no_error(value: float) -> None:
    luma = sample_form().luma64.copy()
    luma[5, 5] = value
    hijacked = replace(sample_form(), luma64=luma)
    for found in (pdq_print(hijacked, mode="fast"), pdq_prints(hijacked, mode="fast")):
        assert isinstance(found, Unhashable)
        assert "out of range" in found.reason


def _prints(shown: ShownForm) -> tuple[Fingerprint, ...]:
    found = pdq_prints(shown, mode="exact")
    assert not isinstance(found, Unhashable)
    return found


def _quality(found: Fingerprint | Unhashable) -> int:
    return (found.quality or 0) if isinstance(found, Fingerprint) else int(found.reason.split()[1])


def _distance_bits(left: bytes, right: bytes) -> int:
    return (int.from_bytes(left) ^ int.from_bytes(right)).bit_count()
