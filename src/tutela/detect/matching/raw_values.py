"""The values of rows as bytes of one width, so that NumPy can compare, sort and count them."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import values_of
from tutela.detect.matching.columns import Columns

#: A film is compared by a digest of its frames, of this many bytes.
FILM_DIGEST_BYTES = 16


def raw_values(columns: Columns, kind: str, rows: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """The values of ``rows``, all of one kind, as texts of fixed width that compare like the bytes.

    Of a film it is BLAKE2b of its frames. Width 1 for no rows at all.
    """
    if not len(rows):
        return np.empty(0, "S1")
    places = columns.rows["place"][rows]
    if kind == "pdq":
        raw = np.ascontiguousarray(values_of(columns.pdq[places]))
    elif kind == "vpdq":
        raw = _film_digests(columns, places)
    else:
        raw = np.ascontiguousarray(columns.values[kind][places])
    return raw.reshape(len(rows), -1).view(f"S{raw.nbytes // len(rows)}").reshape(-1)


def _film_digests(columns: Columns, places: NDArray[np.uint32]) -> NDArray[np.uint8]:
    ends = columns.film_ends.astype(np.int64)
    digests = [
        hashlib.blake2b(
            columns.frames[ends[place] : ends[place + 1]].tobytes(), digest_size=FILM_DIGEST_BYTES
        ).digest()
        for place in places.astype(np.int64)
    ]
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, FILM_DIGEST_BYTES)
