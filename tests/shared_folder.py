"""The folder ``shared`` that may lie beside the checkout: corpora, standards. The product never needs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent / "shared"


def shared(*parts: str) -> Path:
    """The path below ``shared``; else the test is skipped visibly (or fails: TUTELA_REQUIRE=shared)."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        if "shared" in os.environ.get("TUTELA_REQUIRE", "").split(","):
            pytest.fail(f"shared/{'/'.join(parts)} is required here and missing")
        pytest.skip(f"needs shared/{'/'.join(parts)} beside the checkout")
    return path
