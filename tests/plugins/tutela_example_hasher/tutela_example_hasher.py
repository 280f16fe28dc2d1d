"""An average hash of 64 bits over full pixels: shows that a hasher gets pixels when it asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tutela.detect.fingerprints.shapes import Fingerprint, Unhashable
from tutela.detect.media.shapes import ShownForm

#: Side of the grid of block means; 8 x 8 = 64 bits.
SIDE = 8
#: Spread of block means (0-255) below which the picture is called plain.
SPREAD_MIN = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class AverageHasher:
    """Bit k is set where block k is brighter than the mean of all blocks."""

    name: str = "example-average"
    kind: str = "example-average"
    version: str = "1.0"
    media: str = "picture"
    bits: int = SIDE * SIDE
    needs_pixels: bool = True

    def fingerprints(
        self, subject: ShownForm, *, mode: str, dihedral: bool
    ) -> Sequence[Fingerprint] | Unhashable:
        """The upright hash; this example has no turned forms."""
        if subject.pixels is None:
            return Unhashable(kind=self.kind, form=subject.form, reason="no pixels came")
        grey = subject.pixels.astype(np.float64).mean(axis=2)
        rows, columns = (side // SIDE * SIDE for side in grey.shape)
        blocks = grey[:rows, :columns].reshape(SIDE, rows // SIDE, SIDE, columns // SIDE).mean(axis=(1, 3))
        if float(np.ptp(blocks)) < SPREAD_MIN:
            return Unhashable(kind=self.kind, form=subject.form, reason="all blocks are alike")
        value = np.packbits((blocks > blocks.mean()).ravel()).tobytes()
        return (Fingerprint(kind=self.kind, value=value, form=subject.form),)


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenHasher(AverageHasher):
    """Breaks the contract on purpose: an empty hash instead of a reason."""

    name: str = "example-broken"
    kind: str = "example-broken"

    def fingerprints(
        self, subject: ShownForm, *, mode: str, dihedral: bool
    ) -> Sequence[Fingerprint] | Unhashable:
        """Always an empty value, which the contract check must catch."""
        return (Fingerprint(kind=self.kind, value=b"", form=subject.form),)
