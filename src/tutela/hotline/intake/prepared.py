"""A report on its way in: everything sealed, nothing readable, ready for the database or the spare area."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tutela.hotline.cases.addresses import SealedAddress, SealingKeys, seal_address
from tutela.hotline.intake.sealed_words import render_words
from tutela.hotline.intake.untrusted import ADDRESSES_MAX, Told, address_of
from tutela.kernel.custody.age import Damaged
from tutela.kernel.custody.sealed_texts import epoch_of, seal_text
from tutela.kernel.formats import check_version
from tutela.kernel.ids import is_id, new_id

#: Version of the form in the spare area.
PREPARED_FORMAT = 1
_DIGEST = re.compile(r"[0-9a-f]{64}")
#: Fields that are words of ours, or a digest; added without a new version, since older files have none.
_WORDS = {"way": "saw", "age": "", "portal": "", "sender": "", "adds_to": ""}
_WORD = re.compile(r"[a-z0-9_-]{0,64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """One report, sealed with public keys. ``received_at`` is aware; ``text_sealed`` empty without text.

    ``adds_to`` is the receipt digest of the report that this one adds to, or empty.
    """

    report_id: str
    receipt_digest: str = field(repr=False)
    received_at: datetime
    urgent: bool
    language: str
    text_sealed: bytes = field(repr=False)
    addresses: tuple[SealedAddress, ...] = field(repr=False)
    way: str = "saw"
    age: str = ""
    portal: str = ""
    sender: str = ""
    adds_to: str = field(default="", repr=False)

    @property
    def text_epoch(self) -> str:
        """Epoch whose key opens the text, or an empty text."""
        return epoch_of(self.text_sealed) if self.text_sealed else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a report came in: language and portal of the page, partner that sent it, what it adds to."""

    language: str = "en"
    portal: str = ""
    sender: str = ""
    adds_to: str = field(default="", repr=False)


def prepare(told: Told, keys: SealingKeys, *, digest: str, at: datetime, origin: Origin) -> Prepared:
    """The report with everything readable sealed. Raises Unavailable where a sealing key is missing."""
    words = render_words(told.text, told.details)
    referrer = address_of(told.details.get("referrer", ""))
    return Prepared(
        report_id=new_id("rep_"),
        receipt_digest=digest,
        received_at=at,
        urgent=told.urgent,
        language=origin.language,
        text_sealed=seal_text(words, keys.vault) if words else b"",
        addresses=tuple(seal_address(url, keys, referrer=referrer) for url in told.addresses),
        way=told.way,
        age=told.age,
        portal=origin.portal,
        sender=origin.sender,
        adds_to=origin.adds_to,
    )


def render(prepared: Prepared) -> bytes:
    """The report as one line of JSON; ``parse`` reads it."""
    row = {
        **{name: getattr(prepared, name) for name in _WORDS},
        "addresses": [[_text(part) for part in _parts(one)] for one in prepared.addresses],
        "language": prepared.language,
        "receipt_digest": prepared.receipt_digest,
        "received_at": prepared.received_at.isoformat(),
        "report_id": prepared.report_id,
        "text_sealed": _text(prepared.text_sealed),
        "urgent": prepared.urgent,
        "v": PREPARED_FORMAT,
    }
    return json.dumps(row, sort_keys=True).encode("ascii") + b"\n"


def parse(untrusted_data: bytes) -> Prepared:
    """The report of ``render``. Raises ValueError for anything else, NewerFormatError for a later form."""
    row: Any = json.loads(untrusted_data)
    if not isinstance(row, dict):
        raise ValueError("a report in the spare area is an object")
    check_version("a report in the spare area", row.get("v"), reads=PREPARED_FORMAT)
    try:
        return _checked(row)
    except (KeyError, TypeError, AttributeError, Damaged) as error:
        raise ValueError("a report in the spare area has other fields") from error


def _checked(row: dict[str, Any]) -> Prepared:
    read = Prepared(
        report_id=row["report_id"],
        receipt_digest=row["receipt_digest"],
        received_at=datetime.fromisoformat(row["received_at"]),
        urgent=bool(row["urgent"]),
        language=str(row["language"])[:16],
        text_sealed=_bytes(row["text_sealed"]),
        addresses=tuple(_address(parts) for parts in row["addresses"]),
        **{name: _word(row.get(name, default)) for name, default in _WORDS.items()},
    )
    epochs = {one.url_epoch for one in read.addresses} | {read.text_epoch}
    if not is_id(read.report_id) or read.received_at.tzinfo is None or len(read.addresses) > ADDRESSES_MAX:
        raise ValueError("a report has an id, a time with a zone, and only so many addresses")
    if not _DIGEST.fullmatch(read.receipt_digest) or not all(map(is_id, epochs - {""})):
        raise ValueError("a report has a digest, and what is sealed names its epoch")
    return read


def _word(untrusted: object) -> str:
    """A word of ours, or empty; a file of the release before had none. Raises ValueError."""
    if not isinstance(untrusted, str) or not _WORD.fullmatch(untrusted):
        raise ValueError("a report's words are short, in small letters and digits")
    return untrusted


def _parts(address: SealedAddress) -> list[bytes]:
    """What is sealed of an address: three parts, and two more where a referrer was named."""
    referrer = [address.referrer_sealed, address.referrer_for_fetch] if address.referrer_sealed else []
    return [address.url_sealed, address.host_sealed, address.url_for_fetch, *referrer]


def _address(parts: list[str]) -> SealedAddress:
    url, host, fetch, *others = (_bytes(part) for part in parts)
    sealed, for_fetch = others or (b"", b"")
    return SealedAddress(
        url_sealed=url,
        host_sealed=host,
        url_for_fetch=fetch,
        referrer_sealed=sealed,
        referrer_for_fetch=for_fetch,
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(untrusted_text: str) -> bytes:
    return base64.b64decode(untrusted_text, validate=True)
