"""What one look saw, as a value: from the fetcher's answer to the row of a sighting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tutela.hotline.cases.acts import HOWS
from tutela.hotline.cases.addresses import SealedAddress
from tutela.kernel.custody.sealed_texts import epoch_of
from tutela.kernel.errors import Invalid


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One look: where, when, with what, and what came (governance.md section 5.3).

    ``response_sealed`` is JSON of the resolved address, the SHA-256 of the TLS certificate and the headers,
    sealed with ``kernel.custody.sealed_texts``. Digests are hex, ``configuration`` the SHA-256 of the
    configuration in force. ``reason`` and ``process`` are declared words.
    """

    how: str
    process: str
    reason: str
    address: SealedAddress | None = None
    at: datetime | None = None
    monotonic_seconds: float | None = None
    country: str = ""
    network_number: int | None = None
    status_code: int | None = None
    blob: str = ""
    size_bytes: int | None = None
    sha256: str = field(default="", repr=False)
    sha3_256: str = field(default="", repr=False)
    response_sealed: bytes = field(default=b"", repr=False)
    tool: str = ""
    tool_version: str = ""
    configuration: str = ""
    url_digest: str = field(default="", repr=False)
    host_digest: str = field(default="", repr=False)
    level: int = 0
    found_as: str = ""
    referrer_sealed: bytes = field(default=b"", repr=False)
    referrer_for_fetch: bytes = field(default=b"", repr=False)
    text_bytes: int | None = None
    text_digest: str = field(default="", repr=False)
    text_simhash: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse a way of seeing that is none of the list."""
        if self.how not in HOWS:
            raise Invalid(f"a sighting is one of {', '.join(HOWS)}", field="how")

    def columns(self) -> dict[str, Any]:
        """The columns of a sighting but for those that its act fills in; without ``at``, no time."""
        row: dict[str, Any] = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in {"address", "at", "monotonic_seconds"}
        }
        row["seen_monotonic_seconds"] = self.monotonic_seconds
        if self.at is not None:
            row["seen_at"] = self.at
        if self.response_sealed:
            row["url_epoch"] = epoch_of(self.response_sealed)
        if self.address is not None:
            row.update(
                url_sealed=self.address.url_sealed,
                host_sealed=self.address.host_sealed,
                url_epoch=self.address.url_epoch,
                url_for_fetch=self.address.url_for_fetch,
                fetch_epoch=self.address.fetch_epoch,
            )
        if self.address is not None and self.address.referrer_sealed:
            row.update(
                referrer_sealed=self.address.referrer_sealed,
                referrer_for_fetch=self.address.referrer_for_fetch,
            )
        return row
