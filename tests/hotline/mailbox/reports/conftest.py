"""A house with keys, for reports that come by mail."""

from __future__ import annotations

from tests.hotline.intake.conftest import places

__all__ = ["places"]
