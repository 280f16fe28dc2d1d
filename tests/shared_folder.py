"""The folder ``shared`` that may lie beside the checkout: corpora, standards. The product never needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.needs import required, skip_without

ROOT = Path(__file__).resolve().parent.parent.parent / "shared"


def shared(*parts: str) -> Path:
    """The path below ``shared``; else the test is skipped visibly (or fails: TUTELA_REQUIRE=shared)."""
    skip_without("shared")
    path = ROOT.joinpath(*parts)
    if not path.exists():
        outcome = pytest.fail if "shared" in required() else pytest.skip
        outcome(f"needs shared/{'/'.join(parts)} beside the checkout")
    return path
