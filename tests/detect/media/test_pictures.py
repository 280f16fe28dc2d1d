"""Every format through the picture worker's decoder: forms, facts, verdicts; exact against pdqhash."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from tests.detect.media.opening import decode
from tests.icc import wide_gamut_profile
from tests.pictures import EVERY_FORMAT, landscape
from tutela.arithmetic.pdq import DIHEDRAL_NAMES, finish, finish_dihedral
from tutela.detect.media.pictures import verdict_on
from tutela.detect.media.shapes import Ask, ShownForm
from tutela.detect.media.sniff import KINDS
from tutela.detect.media.troubles import REASONS, DecodeTrouble

EXACT = Ask(pdq_mode="exact")
PICTURE = landscape(21, 403, 305)
LARGE = landscape(22, 1_601, 1_203)
SMALL = landscape(23, 96, 64)
#: Pillow cuts off the high values of 16-bit grey instead of taking the high byte.
NOT_AS_PILLOW = {"png-16-bit"}


def as_shown(data: bytes, frame: int, ground: str) -> Image.Image:
    """RGB of one frame as Pillow shows it: turned, on its ground, in sRGB."""
    stored = Image.open(io.BytesIO(data))
    if frame:
        stored.seek(frame)
    turned = ImageOps.exif_transpose(stored)
    if ground:
        page = Image.new("RGBA", turned.size, ground)
        return Image.alpha_composite(page, turned.convert("RGBA")).convert("RGB")
    if turned.info.get("icc_profile") == wide_gamut_profile():
        profile = ImageCms.ImageCmsProfile(io.BytesIO(wide_gamut_profile()))
        shown = ImageCms.profileToProfile(turned, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
        assert shown is not None
        return shown
    return turned.convert("RGB")


def reference(data: bytes, form: ShownForm) -> tuple[Image.Image, bytes, int]:
    """The picture of a form, and its value and quality by pdqhash."""
    import pdqhash

    _, _, *ground = form.form.split("/")
    picture = as_shown(data, form.frame, ground[0] if ground else "")
    bits, quality = pdqhash.compute(np.asarray(picture))
    return picture, np.packbits(bits).tobytes(), quality


@pytest.mark.needs("pdqhash")
@pytest.mark.parametrize("name", sorted(set(EVERY_FORMAT) - NOT_AS_PILLOW))
def test_exact_is_bit_identical_to_pdqhash_in_every_format(name: str) -> None:
    data = EVERY_FORMAT[name](PICTURE)
    facts, forms = decode(data, EXACT)
    assert forms
    for form in forms:
        picture, value, quality = reference(data, form)
        assert (form.full_width, form.full_height) == picture.size
        assert finish(form.luma64) == (value, quality)
    assert (facts.width, facts.height) == (forms[0].full_width, forms[0].full_height)
    assert facts.frames >= len({form.frame for form in forms})


@pytest.mark.needs("pdqhash")
def test_the_eight_orientations_are_those_of_pdqhash() -> None:
    import pdqhash

    forms = decode(EVERY_FORMAT["png-rgb"](PICTURE), EXACT)[1]
    ours, quality = finish_dihedral(forms[0].luma64)
    theirs, their_quality = pdqhash.compute_dihedral(np.asarray(PICTURE))
    assert quality == their_quality
    assert dict(zip(DIHEDRAL_NAMES, ours, strict=True)) == {
        name: np.packbits(bits).tobytes() for name, bits in zip(DIHEDRAL_NAMES, theirs, strict=True)
    }


def test_sixteen_bits_are_shown_by_their_high_byte() -> None:
    forms = decode(EVERY_FORMAT["png-16-bit"](PICTURE), EXACT)[1]
    eight = decode(EVERY_FORMAT["png-grey"](PICTURE), EXACT)[1]
    assert np.array_equal(forms[0].luma64, eight[0].luma64)


@pytest.mark.parametrize("name", sorted(name for name in EVERY_FORMAT if name.startswith("jpeg")))
def test_fast_stays_within_six_bits_of_exact(name: str) -> None:
    data = EVERY_FORMAT[name](LARGE)
    exact, fast = (decode(data, Ask(pdq_mode=mode))[1] for mode in ("exact", "fast"))
    assert [form.form for form in exact] == [form.form for form in fast]
    for one, other in zip(exact, fast, strict=True):
        (value, quality), (near, near_quality) = finish(one.luma64), finish(other.luma64)
        assert (int.from_bytes(value, "big") ^ int.from_bytes(near, "big")).bit_count() <= 6
        assert (quality < 50) == (near_quality < 50)


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("jpeg", ()),
        ("png-opaque-rgba", ()),
        ("png-rgba", ("transparency", "hidden_colour")),
        ("gif-animated", ("several_frames",)),
        ("png-animated", ("several_frames",)),
        ("tiff-pages", ("several_frames",)),
        ("jpeg-exif-6", ("exif_orientation",)),
    ],
)
def test_ambiguity_is_reported(name: str, reasons: tuple[str, ...]) -> None:
    assert decode(EVERY_FORMAT[name](SMALL))[0].ambiguous == reasons


def test_opaque_alpha_gives_one_form_and_transparency_two() -> None:
    for name, forms in (
        ("png-opaque-rgba", ["f0/r0"]),
        ("webp-alpha", ["f0/r0/white", "f0/r0/black"]),
        ("png-grey-alpha", ["f0/r0/white", "f0/r0/black"]),
        ("gif-animated", ["f0/r0", "f1/r0", "f2/r0"]),
    ):
        assert [form.form for form in decode(EVERY_FORMAT[name](SMALL))[1]] == forms


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_is_no_picture_has_a_verdict(kind: str) -> None:
    trouble, code = verdict_on(kind)
    assert trouble in ("unreadable", "refused", "not_media")
    assert code in REASONS


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
@pytest.mark.parametrize("name", sorted(EVERY_FORMAT))
def test_a_truncated_file_is_unreadable_and_nothing_worse(name: str, share: float) -> None:
    data = EVERY_FORMAT[name](SMALL)
    assert _verdict(data[: int(len(data) * share)]) in ("unreadable", "not_media", "decoded")


def _verdict(data: bytes) -> str:
    try:
        decode(data)
    except DecodeTrouble as found:
        return found.kind
    return "decoded"
