"""HMA's signal types and content types in our kinds: names, texts of values, distances.

A signal type of HMA says what is hashed and for what: ``video_md5`` is the MD5 of a film. Names and rules
are those of threatexchange 1.2.17 (``signal_type/pdq/signal.py``, ``md5.py``, ``sha256.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tutela.detect.fingerprints.shapes import VALUE_BYTES
from tutela.detect.matching.shapes import PDQ_DISTANCE_BITS

ContentType = Literal["photo", "video"]
#: In the order in which HMA's reference configuration names them.
CONTENT_TYPES: tuple[ContentType, ...] = ("photo", "video")


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """A signal type: HMA's name, our kind, what it is made from. ``trims``: capitals pass."""

    name: str
    kind: str
    content: ContentType
    trims: bool = True

    def parse(self, untrusted_text: str) -> bytes:
        """The raw value. Raises ValueError with a sentence that does not repeat it."""
        text = untrusted_text.strip().lower() if self.trims else untrusted_text
        digits = 2 * VALUE_BYTES[self.kind]
        if not re.fullmatch(rf"[0-9a-f]{{{digits}}}", text):
            raise ValueError(f"a {self.name} signal is {digits} hexadecimal digits in small letters")
        return bytes.fromhex(text)

    def compare(self, left: bytes, right: bytes) -> list[Any]:
        """Whether two values match and how far apart they are, as ``POST /m/compare`` says it."""
        if self.kind != "pdq":
            return [left == right, {}]
        bits = (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).bit_count()
        return [bits <= PDQ_DISTANCE_BITS, {"distance": bits}]

    def distance_text(self, distance_bits: int | None) -> str:
        """HMA's word for a distance: the bits, or ``-`` for types that know none (``index.py``)."""
        return "-" if distance_bits is None or self.kind != "pdq" else str(distance_bits)


#: Every type that can be enabled, by HMA's name.
SIGNALS: Mapping[str, Signal] = {
    signal.name: signal
    for signal in (
        Signal(name="pdq", kind="pdq", content="photo", trims=False),
        Signal(name="video_md5", kind="md5", content="video"),
        Signal(name="video_sha256", kind="sha256", content="video"),
    )
}
#: HMA's own default (``DefaultOMMStore``).
DEFAULT_SIGNALS = ("pdq", "video_md5")
