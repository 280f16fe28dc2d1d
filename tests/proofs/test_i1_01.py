"""The fresh clones see a clean environment, and findings are compared without what differs by chance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from proofs import machine
from proofs.i1_01 import clean, findings


def test_clean_drops_our_environment_and_keeps_the_packages_index() -> None:
    ours = str(machine.ROOT / ".venv/bin")
    kept = clean(
        {
            "PATH": f"{ours}:/usr/bin",
            "PYTHONPATH": "src",
            "VIRTUAL_ENV": "x",
            "TUTELA_REQUIRE": "compiler",
            "TIER": "ci",
            "PIP_FIND_LINKS": "there",
        }
    )
    assert kept == {"PATH": "/usr/bin", "PIP_FIND_LINKS": "there"}


def _line(entry: str, **changed: Any) -> str:
    match = {
        "list": "demo",
        "version": "1",
        "entry": entry,
        "kind": "pdq",
        "form": "f0/r0",
        "confirmed": None,
    }
    finding = {"path": "a.jpg", "member": None, "sha256": "00", "status": "candidate", "reason": "why"}
    return json.dumps({**finding, "matches": [match], **changed})


def test_findings_are_equal_but_for_keyed_entry_ids_and_order(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    one.write_text(_line("ent_a") + "\n" + _line("ent_b", path="b.jpg") + "\n", encoding="utf-8")
    other.write_text(_line("ent_c", path="b.jpg") + "\n" + _line("ent_d") + "\n", encoding="utf-8")
    assert findings(one) == findings(other) != []
    other.write_text(_line("ent_d", status="known") + "\n", encoding="utf-8")
    assert findings(one) != findings(other)
    assert findings(tmp_path / "none.jsonl") == []
