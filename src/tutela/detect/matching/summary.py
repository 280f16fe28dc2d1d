"""What a list holds, in counts: kinds, classes, categories, disputes, quality. Never a value or the salt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from tutela.detect.matching.columns import KIND_CODES, LABEL_FIELDS, NO_QUALITY, Columns
from tutela.detect.matching.disputes import equal_values
from tutela.detect.matching.gathering import entry_count
from tutela.detect.matching.headers import render_moment
from tutela.detect.matching.shapes import ListHeader

#: What stands for a field that neither entry nor list filled.
NOT_SAID = "not said"


def header_of(header: ListHeader) -> dict[str, Any]:
    """What the list says about itself, ready for JSON, without its salt."""
    return {
        "name": header.name,
        "version": header.version,
        "source": header.source,
        "law": header.law,
        "class": header.legal_class,
        "scheme": header.scheme,
        "created": render_moment(header.created),
        "valid_to": render_moment(header.valid_to),
        "known_good": header.known_good,
        "approved": header.approved,
        "device_perceptual": header.device_perceptual,
        "thresholds": asdict(header.thresholds),
    }


def counts_of(header: ListHeader, columns: Columns) -> dict[str, Any]:
    """Counts of values and entries; ``poor`` are PDQ hashes below the list's quality, never matched."""
    rows, quality = columns.rows, columns.rows["quality"]
    kinds = np.bincount(rows["kind"], minlength=max(KIND_CODES.values()) + 1)
    poor = (quality != NO_QUALITY) & (quality < header.thresholds.quality_min)
    derived = _by_label(columns, lambda label: label["derived"])
    return {
        "entries": entry_count(columns),
        "values": len(rows),
        "duplicates": _duplicates(columns),
        "disputed": int(np.count_nonzero(rows["disputed"])),
        "derived": sum(number for crop, number in derived.items() if crop),
        "poor": int(np.count_nonzero(poor)),
        "film_frames": len(columns.frames),
        "kinds": {kind: int(kinds[code]) for kind, code in KIND_CODES.items() if kinds[code]},
        "classes": _by_label(columns, lambda label: label["legal_class"] or header.legal_class or NOT_SAID),
        "categories": _by_label(columns, lambda label: _category(label, header)),
        "sources": _by_label(columns, lambda label: label["source"] or header.source or NOT_SAID),
    }


def _duplicates(columns: Columns) -> int:
    """Rows that repeat the value of another row."""
    number = 0
    for kind, code in KIND_CODES.items():
        which = np.flatnonzero(columns.rows["kind"] == code)
        number += len(which) - len(np.unique(equal_values(columns, kind, which)))
    return number


def _by_label(columns: Columns, name: Callable[[dict[str, str]], str]) -> dict[str, int]:
    """Rows by what ``name`` says of their label, the most frequent first."""
    counts = np.bincount(columns.rows["label"], minlength=len(columns.labels))
    tally: Counter[str] = Counter()
    for numbers, count in zip(columns.labels, counts, strict=True):
        texts = (columns.strings[int(number)] for number in numbers)
        tally[name(dict(zip(LABEL_FIELDS, texts, strict=True)))] += int(count)
    return {what: count for what, count in tally.most_common() if count}


def _category(label: dict[str, str], header: ListHeader) -> str:
    scheme = label["scheme"] or header.scheme
    return f"{scheme} {label['category']}".strip() if label["category"] else NOT_SAID
