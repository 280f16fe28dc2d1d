"""What the parent hears: bounds of time and number, and the digest of forms."""

from __future__ import annotations

import numpy as np

from tutela.detect.media.hearing import READ_RATE_MIN, FormDigest, forms_max, wall_seconds
from tutela.detect.media.shapes import WEB, Ask, ShownForm


def test_a_large_file_has_longer_and_a_film_much_longer() -> None:
    assert wall_seconds(0, WEB, film=False) == WEB.item_wall_seconds
    assert wall_seconds(READ_RATE_MIN * 60, WEB, film=False) == WEB.item_wall_seconds + 60
    assert wall_seconds(0, WEB, film=True) > WEB.film_cpu_seconds


def test_the_number_of_forms_is_bounded() -> None:
    assert forms_max(Ask(), film=False) >= 2 * WEB.frames_max
    assert forms_max(Ask(crops_percent=(5, 10)), film=False) == 3 * forms_max(Ask(), film=False)
    assert forms_max(Ask(), film=True) >= WEB.film_frames_max


def test_the_digest_depends_on_names_and_reductions_in_their_order() -> None:
    def digest(*forms: tuple[str, float]) -> bytes:
        passed: list[ShownForm] = []
        taken = FormDigest(passed.append)
        for name, level in forms:
            luma = np.full((64, 64), level, np.float32)
            taken(ShownForm(form=name, frame=0, full_width=1, full_height=1, luma64=luma))
        assert len(passed) == len(forms)
        return taken.value

    whole = digest(("f0/r0", 1), ("f1/r0", 2))
    assert whole == digest(("f0/r0", 1), ("f1/r0", 2))
    assert len({whole, digest(("f1/r0", 2), ("f0/r0", 1)), digest(("f0/r0", 1)), digest(("f0/r0", 3))}) == 4
    FormDigest(None)(
        ShownForm(form="f0/r0", frame=0, full_width=1, full_height=1, luma64=np.zeros((64, 64), np.float32))
    )
