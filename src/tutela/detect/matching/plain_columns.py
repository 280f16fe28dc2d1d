"""Columns of a million bare values in a moment: one kind, one value an entry, nothing said about any."""

from __future__ import annotations

import numpy as np

from tutela.arithmetic import words
from tutela.detect.matching.columns import (
    EXACT_BYTES,
    KIND_CODES,
    LABEL_FIELDS,
    NO_MOMENT,
    NO_QUALITY,
    PDQ_BYTES,
    ROW,
    Columns,
)
from tutela.detect.matching.entry_ids import keyed_ids
from tutela.detect.matching.texts import pack_texts, text_keys


def plain_columns(kind: str, values: bytes, salt: bytes) -> Columns:
    """``Columns`` of ``values`` of one fixed-width kind, in their order; equal values share an entry id.

    Raises ValueError when the length does not fit the kind.
    """
    width = PDQ_BYTES if kind == "pdq" else EXACT_BYTES[kind]
    raw = np.frombuffer(values, np.uint8).reshape(-1, width)
    _, first, which = np.unique(raw.reshape(-1).view(f"S{width}"), return_index=True, return_inverse=True)
    order = np.argsort(first)
    rows = np.zeros(len(raw), ROW)
    rows["group"] = np.argsort(order)[which.reshape(-1)]
    rows["place"] = np.arange(len(raw))
    rows["kind"] = KIND_CODES[kind]
    rows["quality"] = NO_QUALITY
    rows["valid_from"] = rows["valid_to"] = NO_MOMENT
    exact = {name: np.empty((0, size), np.uint8) for name, size in EXACT_BYTES.items()}
    if kind != "pdq":
        exact[kind] = raw
    starts = (int(place) * width for place in first[order])
    ids = keyed_ids(salt, kind, (values[at : at + width] for at in starts))
    return Columns(
        rows=rows,
        ids=ids,
        keys=text_keys((ids[number] for number in range(len(ids))), len(ids)),
        labels=np.zeros((min(1, len(raw)), len(LABEL_FIELDS)), "<u4"),
        strings=pack_texts([""] if len(raw) else []),
        values=exact,
        pdq=words(values if kind == "pdq" else b""),
        film_ends=np.zeros(1, "<u8"),
        frames=words(b""),
    )
