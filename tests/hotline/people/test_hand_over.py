from __future__ import annotations

from tutela.hotline.people import hand_over
from tutela.kernel.clock import SystemClock


def test_every_app_releases_what_somebody_holds() -> None:
    hand_over.register("first", lambda public_id, _clock: len(public_id))
    hand_over.register("second", lambda _public_id, _clock: 1)
    try:
        assert hand_over.release_work("usr_", SystemClock()) == 5
    finally:
        hand_over.forget("first")
        hand_over.forget("second")
