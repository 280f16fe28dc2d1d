"""PDQ of one shown form in eight orientations, finished from the sandbox's 64 x 64 reduction."""

from __future__ import annotations

from functools import lru_cache

from tutela.arithmetic.pdq import DIHEDRAL_NAMES, LIMITED_RANGE_SCALE, finish, finish_dihedral
from tutela.detect.fingerprints.shapes import QUALITY_MIN, Fingerprint, Unhashable
from tutela.detect.media.shapes import PdqMode, ShownForm

#: Bit 2 of ``ShownForm.clip_flags``: luma of a film in limited range (16-235).
LIMITED_RANGE_FLAG = 4


def turned_form(form: str, orientation: str) -> str:
    """The name of ``form`` in another orientation: ``f0/r0/white`` and ``mx`` give ``f0/mx/white``.

    Only the second part changes (names: decisions.md section 1).
    """
    parts = form.split("/")
    parts[1] = orientation
    return "/".join(parts)


@lru_cache(maxsize=1024)
def _turned_forms(form: str) -> tuple[str, ...]:
    return tuple(turned_form(form, orientation) for orientation in DIHEDRAL_NAMES)


def pdq_print(shown: ShownForm, *, mode: PdqMode) -> Fingerprint | Unhashable:
    """The upright PDQ (32 bytes) of one shown form, or the reason why it says nothing.

    Quality below 50 is a result with a reason, never an empty hash (pdq/README; performance.md section 10).
    """
    try:
        value, quality = finish(shown.luma64, quality_scale=_quality_scale(shown))
    except ValueError:
        return _out_of_range(shown.form)
    if quality < QUALITY_MIN:
        return too_plain(shown.form, quality)
    return Fingerprint(kind="pdq", value=value, form=shown.form, quality=quality, mode=mode)


def pdq_prints(shown: ShownForm, *, mode: PdqMode) -> tuple[Fingerprint, ...] | Unhashable:
    """The PDQ of one shown form in its eight orientations, upright first, or the reason for none.

    All eight come from one DCT (performance.md section 2.6) and share one quality.
    """
    try:
        values, quality = finish_dihedral(shown.luma64, quality_scale=_quality_scale(shown))
    except ValueError:
        return _out_of_range(shown.form)
    if quality < QUALITY_MIN:
        return too_plain(shown.form, quality)
    return tuple(
        Fingerprint(kind="pdq", value=value, form=form, quality=quality, mode=mode)
        for form, value in zip(_turned_forms(shown.form), values, strict=True)
    )


def too_plain(form: str, quality: int) -> Unhashable:
    """Why a form of this quality (0-100) has no PDQ."""
    reason = f"quality {quality} is below {QUALITY_MIN}: too little detail for PDQ"
    return Unhashable(kind="pdq", form=form, reason=reason)


def _out_of_range(form: str) -> Unhashable:
    # A hijacked worker may send anything; that is a result with a reason, not the end of a scan.
    return Unhashable(kind="pdq", form=form, reason="the sandbox sent a reduction out of range")


def _quality_scale(shown: ShownForm) -> float:
    return LIMITED_RANGE_SCALE if shown.clip_flags & LIMITED_RANGE_FLAG else 1.0
