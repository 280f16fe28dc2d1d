"""Contract of the slot ``tutela.hashers``: plain functions that raise AssertionError."""

from __future__ import annotations

import numpy as np

from tutela.detect.fingerprints.hashers import GROUP, FileHasher, FormHasher, Hasher
from tutela.detect.fingerprints.shapes import Fingerprint, Unhashable
from tutela.detect.media.shapes import LUMA_SIDE, Examined, ShownForm, Trouble
from tutela.kernel.slots import Slot

#: Side of the sample picture in pixels.
SAMPLE_SIDE = 96


def check_hasher(hasher: Hasher) -> None:
    """Raises AssertionError with the broken rule unless ``hasher`` keeps the contract of its protocol."""
    for attribute in ("name", "kind", "version"):
        value = getattr(hasher, attribute)
        _holds(isinstance(value, str) and bool(value), f"{attribute} is a word")
    _holds(hasher.bits > 0 and hasher.bits % 8 == 0, "bits are whole bytes")
    if isinstance(hasher, FileHasher) and hasher.media == "file":
        _check_file_hasher(hasher)
    elif isinstance(hasher, FormHasher):
        _check_form_hasher(hasher)
    else:
        raise AssertionError("it is neither a FileHasher nor a FormHasher")


def _check_file_hasher(hasher: FileHasher) -> None:
    sample = Examined(member=None, size_bytes=3, md5=b"m" * 16, sha1=b"s" * 20, sha256=b"t" * 32)
    print_ = hasher.fingerprint(sample)
    _holds(isinstance(print_, Fingerprint), "a readable file has a fingerprint")
    if isinstance(print_, Fingerprint):
        _check_print(hasher, print_, form="file")
    _holds(hasher.fingerprint(sample) == print_, "the same file gives the same fingerprint")
    trouble = Trouble(kind="unreadable", reason="sample")
    nothing = Examined(member=None, size_bytes=0, md5=b"", sha1=b"", sha256=b"", trouble=trouble)
    _check_reason(hasher, hasher.fingerprint(nothing))


def _check_form_hasher(hasher: FormHasher) -> None:
    _holds(hasher.media in ("picture", "film"), "media is file, picture or film")
    shown = sample_form(film=hasher.media == "film", pixels=hasher.needs_pixels)
    upright = _found(hasher, shown, dihedral=False)
    _holds(len(upright) == 1, "turned forms only where they were asked for")
    _check_print(hasher, upright[0], form=shown.form)
    _holds(_found(hasher, shown, dihedral=True)[0] == upright[0], "the upright form comes first")
    _holds(_found(hasher, shown, dihedral=False) == upright, "the same form gives the same fingerprint")
    plain = sample_form(film=hasher.media == "film", pixels=hasher.needs_pixels, flat=True)
    flat = hasher.fingerprints(plain, mode="exact", dihedral=True)
    if isinstance(flat, Unhashable):
        _check_reason(hasher, flat)
    else:
        _check_print(hasher, flat[0], form=plain.form)


def _found(hasher: FormHasher, shown: ShownForm, *, dihedral: bool) -> list[Fingerprint]:
    found = hasher.fingerprints(shown, mode="exact", dihedral=dihedral)
    if isinstance(found, Unhashable) or not found:
        raise AssertionError("a picture full of detail has a fingerprint")
    return list(found)


def sample_form(*, film: bool = False, pixels: bool = True, flat: bool = False) -> ShownForm:
    """A shown form full of detail (seeded noise), or an even grey one with ``flat``."""
    grain = np.random.default_rng(12).integers(0, 256, (LUMA_SIDE, LUMA_SIDE)).astype(np.float32)
    full = np.random.default_rng(13).integers(0, 256, (SAMPLE_SIDE, SAMPLE_SIDE, 3), dtype=np.uint8)
    return ShownForm(
        form="t0.000/r0" if film else "f0/r0",
        frame=0,
        full_width=SAMPLE_SIDE,
        full_height=SAMPLE_SIDE,
        luma64=np.full_like(grain, 127) if flat else grain,
        pixels=None if not pixels else np.full_like(full, 127) if flat else full,
    )


def _check_print(hasher: Hasher, print_: Fingerprint, *, form: str) -> None:
    _holds(print_.kind == hasher.kind, "the fingerprint's kind is the hasher's kind")
    _holds(len(print_.value) * 8 == hasher.bits, "the value has the promised bits")
    _holds(print_.form == form, "the first fingerprint is of the upright form")


def _check_reason(hasher: Hasher, found: object) -> None:
    _holds(isinstance(found, Unhashable), "what cannot be hashed is Unhashable, never an empty hash")
    if isinstance(found, Unhashable):
        _holds(bool(found.reason) and found.kind == hasher.kind, "Unhashable says its kind and why")


def _holds(condition: bool, rule: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not condition:
        raise AssertionError(rule)


#: The slot: plug-ins are loaded by name and checked once.
SLOT: Slot[Hasher] = Slot(group=GROUP, protocol=Hasher, contract=check_hasher)
