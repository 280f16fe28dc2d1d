"""What is asked about one picture, and what the answer may be. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

#: What a picture meets: a listed digest, a listed PDQ value within the list's distance, or nothing.
Met = Literal["exact", "near"] | None


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Digests:
    """Raw digests of one file: SHA-256 (32 bytes), SHA-1 (20), MD5 (16). Empty where there is none."""

    sha256: bytes = b""
    sha1: bytes = b""
    md5: bytes = b""

    def by_kind(self) -> Mapping[str, bytes]:
        """Those that there are."""
        named = (("sha256", self.sha256), ("sha1", self.sha1), ("md5", self.md5))
        return {kind: digest for kind, digest in named if digest}


class Known(Protocol):
    """Says whether a picture is known. Thread-safe. Never tells which entry or whose list it meets."""

    def ask(self, digests: Digests, prints: NDArray[np.uint8]) -> Met:
        """What a picture with these digests and these PDQ values (N x 32, all forms and frames) meets.

        Raises Unavailable, with a sentence for the person, when that cannot be said now.
        """
        ...

    def close(self) -> None:
        """Ends what it started. Safe to call twice."""
        ...
