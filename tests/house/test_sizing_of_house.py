from __future__ import annotations

from typing import Any

from tools.sizing_of_house import house_part

PAGE = {"address": "/items/", "first_seconds": 0.9, "again_seconds": 0.25, "queries": 10}
ONE = {
    "fill": {
        "rows": {
            "intake_report": 1_000_000, "takedown_notice": 6_000_000, "work_job": 250_000,
            "ledger_ledgerentry": 3_000_000,
        }
    },
    "disk_bytes": 9_400_000_000, "doctor": {"seconds": 2.5},
    "backup": {"seconds": 61.0, "memory_bytes": 90_000_000, "size_bytes": 9_000_000_000},
}  # fmt: skip
HOUSE: dict[str, Any] = {
    "date": "2026-05-06T07:08:09Z", "processor": "a processor", "cores": 2,
    "load": {"at_start": 0.5, "at_end": 1.5},
    "tables": {"sqlite": ONE, "sqlite: slowest pages": [PAGE]},
}  # fmt: skip
LOOKS: dict[str, Any] = {
    "n": {"places under watch": 250_000},
    "tables": {
        "postgres": {"looks": 5_000, "seconds": 60.0, "cpu_milliseconds": {"worker": 14.0, "fetcher": 3.5}}
    },
}


def test_a_hotline_is_shown_by_what_was_measured() -> None:
    part = "\n".join(house_part(HOUSE, LOOKS))
    assert "| SQLite | 9.4 GB | 0.90 s | 0.25 s | 61 s | 90 MB | 9.0 GB | 2.5 s |" in part
    assert "| `/items/` | 0.90 s | 0.25 s | 10 |" in part
    assert "| PostgreSQL | 250,000 | 5,000 | 14.0 ms | 3.5 ms |" in part


def test_what_was_not_measured_is_not_shown() -> None:
    assert list(house_part({}, {})) == []
    assert "Looking again" not in "".join(house_part(HOUSE, {}))
