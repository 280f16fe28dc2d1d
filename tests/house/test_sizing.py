from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from proofs.scale import SIZES
from tools.sizing_page import DECODING_BYTES, EXAMPLES, disk_bytes, memory_bytes, sizing_page

MB = 1_000_000


def row(entries: int, **more: Any) -> dict[str, Any]:
    ask = {"open_ms": 1.5, "single_per_second": 30_000.0, "batch_per_second": 90_000.0,
           "own_bytes": 2 * MB, "mapped_bytes": 300 * MB, "process_bytes": 20 * MB}  # fmt: skip
    merge = {"seconds": 4.0, "cpu_seconds": 4.0, "own_peak_bytes": 900 * MB}
    return {"entries": entries, "ask": ask, "merge": merge, "disk_bytes": 365 * MB, **more}


@pytest.fixture
def scale() -> dict[str, Any]:
    followed = {
        "append": {"seconds": 9.0, "size_bytes": 120 * MB},
        "follow": {"seconds": 60.0, "cpu_seconds": 45.0, "own_peak_bytes": 700 * MB},
    }
    built = {"build": {"seconds": 50.0, "cpu_seconds": 49.0, "own_peak_bytes": 700 * MB}}
    services = [
        {"workers": 1, "bytes": {"service": 40 * MB, "follower": 30 * MB}},
        {"workers": 2, "bytes": {"service": 80 * MB, "follower": 30 * MB}},
    ]
    return {
        "date": "2026-05-06T07:08:09Z", "processor": "a processor", "cores": 2, "notes": ["a note"],
        "load": {"at_start": 0.5, "at_end": 1.5},
        "tables": {
            "sizes": [row(1_000_000, **followed), row(5_000_000, **built)],
            "bytes of a value by kind": {"pdq": 365.2},
            "memory of a service": services,
        },
    }  # fmt: skip


def test_memory_is_the_sum_of_what_was_measured(scale: dict[str, Any]) -> None:
    size = scale["tables"]["sizes"][0]
    one = 70 * MB + 2 * MB + DECODING_BYTES + 365 * MB + 900 * MB
    assert memory_bytes(scale, size, 1) == one
    assert memory_bytes(scale, size, 3) == one + 2 * (40 * MB + 2 * MB + DECODING_BYTES)


def test_disk_is_the_list_twice_and_its_log(scale: dict[str, Any]) -> None:
    first, second = scale["tables"]["sizes"]
    assert disk_bytes(scale, first) == (2 * 365 + 120) * MB
    assert disk_bytes(scale, second) == (2 * 365 + 600) * MB, "the log by entry, where it was not measured"


def test_the_page_shows_every_size_and_says_what_is_calculated(tmp_path: Path, scale: dict[str, Any]) -> None:
    (tmp_path / "scale.json").write_text(json.dumps(scale))
    (tmp_path / "i1_06.json").write_text(
        json.dumps({"figures": [{"name": "product row, 0.3 MP: tutela", "value": 1.3}]})
    )
    page = sizing_page(tmp_path)
    assert "| 1,000,000 | 365 MB | 120 MB | 1.5 ms | 2.0 MB | 300 MB |" in page
    assert "| 5,000,000 | 30,000 | 90,000 | 50.0 s (49.0 CPU), built | 4.0 s (4.0 CPU) | 900 MB |" in page
    assert "| a platform | 1,000,000 | 4 |" in page
    assert "| 1,200 |" in page, "4 cores at 70 % with 1.3 ms each, which are 60 %"
    assert page.count("(calculated)") == 2


def test_the_upload_of_the_service_itself_counts_where_it_was_measured(
    tmp_path: Path, scale: dict[str, Any]
) -> None:
    (tmp_path / "scale.json").write_text(json.dumps(scale))
    for name, what, value in (
        ("i1_06", "product row, 0.3 MP: tutela", 1.3),
        ("i2_03", "CPU of the service for one upload", 2.8),
    ):
        (tmp_path / f"{name}.json").write_text(json.dumps({"figures": [{"name": what, "value": value}]}))
    page = sizing_page(tmp_path)
    assert "2.80 ms of CPU each (uploads of 60 kB over HTTP, bar i2-3)" in page
    assert "| 1,000 |" in page, "4 cores at 70 % with 2.8 ms each"


def test_without_figures_the_page_says_so_and_invents_none(tmp_path: Path, scale: dict[str, Any]) -> None:
    assert "Not measured yet" in sizing_page(tmp_path)
    (tmp_path / "scale.json").write_text(json.dumps(scale))
    assert "| not measured |" in sizing_page(tmp_path)


def test_every_example_is_of_a_size_that_is_measured() -> None:
    assert {one.entries for one in EXAMPLES} <= set(SIZES["full"])
