"""The kernel benchmark hashes through the product's own decoder, as the package pdqhash would."""

from __future__ import annotations

import pytest

from bench import kernel_pdq
from tutela.demo import copies, pictures


@pytest.mark.needs("pdqhash")
def test_rows_of_pixels_are_equal_to_pdqhash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kernel_pdq.SIZES, "0.1", 2)
    row = kernel_pdq.hash_stage_of("0.1", 1, "")
    assert row["equal"] == row["pictures"] == 2
    assert row["ratio"] > 0


@pytest.mark.needs("threatexchange")
def test_rows_of_files_state_the_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kernel_pdq.SIZES, "0.1", 2)
    row = kernel_pdq.file_to_hash_of("0.1", 1, "exact")
    assert row["distance_bits_max"] == 0
    assert row["pictures"] == 2


def test_fast_mode_stays_within_six_bits_of_exact() -> None:
    data = copies.jpeg(pictures.landscape_of(5, "2"), quality=85)
    fast, exact = (kernel_pdq.hash_of(data, mode)[0] for mode in ("fast", "exact"))
    assert (int.from_bytes(fast, "big") ^ int.from_bytes(exact, "big")).bit_count() <= 6
