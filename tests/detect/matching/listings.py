"""Lists for tests about formats: entries of every kind, and hypothesis strategies for them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from tutela.detect.matching.columns import EXACT_BYTES
from tutela.detect.matching.readers.options import ReadOptions
from tutela.detect.matching.shapes import ListEntry, ListHeader

SALT = bytes(range(32))
CREATED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OPTIONS = ReadOptions(salt=SALT, salt_of_file=True)
KINDS = (*EXACT_BYTES, "pdq", "vpdq")
CLASSES = ("", "csam", "exploitative", "adult_ncii", "generated_csam")

#: Text as people write it, formulas and separators among it; outer blanks are not kept by CSV.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12),
    st.sampled_from(["=1+1", "'quoted", "'=1", "a,b;c\t|d", 'say "so"', "-", "+49", "@x", "ünïcode", "＝1"]),
).map(str.strip)
MOMENTS = st.none() | st.datetimes(
    min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)
)


def header(name: str = "sample", **fields: object) -> ListHeader:
    """A header with the salt ``SALT``."""
    return ListHeader(name=name, version="1", created=CREATED, salt=SALT, **fields)  # type: ignore[arg-type]


def value_of(kind: str, number: int) -> bytes:
    """A value of ``kind`` that is nothing special."""
    width = EXACT_BYTES.get(kind, 32)
    return (number + 1).to_bytes(2, "big") * (width // 2)


@st.composite
def entries(draw: st.DrawFn) -> ListEntry:
    """One entry with every field that a format can carry."""
    kind = draw(st.sampled_from(KINDS))
    width = EXACT_BYTES.get(kind, 32)
    value = draw(st.binary(min_size=width, max_size=width))
    if kind == "vpdq":
        frames = draw(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=4, unique=True))
        value = b"".join(frames)
    return ListEntry(
        entry=draw(st.text("abcdef0123456789_", min_size=1, max_size=12)),
        kind=kind,
        value=value,
        source=draw(TEXTS),
        law=draw(TEXTS),
        legal_class=draw(st.sampled_from(CLASSES)),
        scheme=draw(st.sampled_from(["", "uk-iwf", "of my own"])),
        category=draw(st.sampled_from(["", "A", "7"])),
        quality=draw(st.none() | st.integers(0, 100)) if kind == "pdq" else None,
        valid_from=draw(MOMENTS),
        valid_to=draw(MOMENTS),
        note=draw(TEXTS),
        derived=draw(st.sampled_from(["", "c5", "c10"])) if kind == "pdq" else "",
        disputed=draw(st.booleans()),
    )
