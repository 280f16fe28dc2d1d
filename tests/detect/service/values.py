"""PDQ values at a chosen distance, and queries with them, for the tests of the query watch."""

from __future__ import annotations

import numpy as np

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.service.families import Asked


def value_at(seed: int, *turned: int) -> bytes:
    """A random value of this seed with the bits of these places turned."""
    number = int.from_bytes(np.random.default_rng(seed).bytes(32), "big")
    for place in turned:
        number ^= 1 << place
    return number.to_bytes(32, "big")


def asked(value: bytes, *, met: bool = False, file: int = 0) -> Asked:
    """A query of the table of families."""
    return Asked(value=value, met=met, file=file)


def prints_of(
    value: bytes, *, file: bytes = b"", form: str = "f0/r0", quality: int = 100
) -> list[Fingerprint]:
    """The fingerprints of an upload: digest first, upright form next, then a turned one."""
    first = [Fingerprint(kind="sha256", value=file)] if file else []
    turned = Fingerprint(kind="pdq", value=value[::-1], form="f0/r90", quality=quality)
    return [*first, Fingerprint(kind="pdq", value=value, form=form, quality=quality), turned]
