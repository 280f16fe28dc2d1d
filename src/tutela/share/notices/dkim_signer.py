"""dkimpy's signer (RFC 6376) with a clock that it is given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import dkim


class Signer(dkim.DKIM):  # type: ignore[misc]  # the package ships no types
    """dkimpy's signer with the time that it is given: its own would be the wall clock."""

    def __init__(self, message: bytes, *, signed_at: datetime) -> None:
        super().__init__(message)
        self._seconds = str(int(signed_at.timestamp())).encode("ascii")

    def gen_header(self, fields: list[tuple[bytes, bytes]], *rest: Any, **words: Any) -> bytes:
        """The header with ``t=`` as the moment of signing."""
        fields[:] = [(name, self._seconds if name == b"t" else value) for name, value in fields]
        made: bytes = super().gen_header(fields, *rest, **words)
        return made
