"""The pictures of the stand-in class: a bright checker of magenta and lime, harmless and easy to see.

Tests and trials need a class that a machine recognises and that nobody minds seeing. No natural picture is
half of one of these colours and half of the other.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

#: The two colours as CSS names and RGB (CSS Color 4, section 6.1).
MAGENTA, LIME = (255, 0, 255), (0, 255, 0)
#: Fields on the longer side (our own: each stays 28 samples wide in a square of 224, and survives a copy of a
#: quarter of the size whose colours are stored at half of that).
FIELDS: Final = 8


def chart(width: int, height: int, *, fields: int = FIELDS) -> NDArray[np.uint8]:
    """The checker as RGB of shape (height, width, 3), with ``fields`` fields on its longer side."""
    size = max(1, -(-max(width, height) // fields))
    rows, columns = np.arange(height)[:, None] // size, np.arange(width)[None, :] // size
    return np.where(((rows + columns) % 2 == 0)[..., None], MAGENTA, LIME).astype(np.uint8)
