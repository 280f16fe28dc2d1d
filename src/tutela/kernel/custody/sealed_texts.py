"""Short texts sealed for a column, such as a reported address: only the opener reads them again.

A sealed text is one byte of version, the id of its epoch, a line feed and a file of the age format. The text
is filled up to whole blocks first, so that its length tells little.
"""

from __future__ import annotations

from io import BytesIO

from tutela.kernel.custody import age
from tutela.kernel.custody.age import Damaged
from tutela.kernel.custody.blobs import checked_epoch
from tutela.kernel.custody.keys import KeyStore, PublicKeys

#: Version of the form.
TEXT_FORMAT = 1
#: Bytes up to which a text is filled: most addresses have fewer (our own).
BLOCK_BYTES = 128
#: Bytes of the longest text: the record of an answer, which has its headers and up to six addresses of 8,000
#: characters each (kernel.fetcher.serving, kernel.egress).
TEXT_BYTES_MAX = 262_144
#: Ends the text; what comes after it fills up the block.
_END = b"\x00"


def seal_text(text: str, keys: PublicKeys) -> bytes:
    """``text`` sealed to the current epoch. Raises ValueError for one too long, Unavailable without a key."""
    data = text.encode("utf-8")
    if len(data) > TEXT_BYTES_MAX or _END in data:
        raise ValueError(f"a sealed text has at most {TEXT_BYTES_MAX} bytes and no byte zero")
    filled = data + _END
    filled += _END * (-len(filled) % BLOCK_BYTES)
    epoch, sealed = keys.current(), BytesIO()
    age.seal(BytesIO(filled), sealed, epoch.recipient)
    return bytes([TEXT_FORMAT]) + epoch.id.encode("ascii") + b"\n" + sealed.getvalue()


def open_text(untrusted_sealed: bytes, keys: KeyStore) -> str:
    """What ``seal_text`` was given. Raises Damaged, Refused where the key was destroyed, Unavailable."""
    epoch, sealed = _parts(untrusted_sealed)
    plain = BytesIO()
    age.unseal(BytesIO(sealed), plain, keys.private(epoch).text())
    data, end, filling = plain.getvalue().partition(_END)
    try:
        if not end or filling.strip(_END):
            raise ValueError("the filling is something else")
        return data.decode("utf-8")
    except ValueError as error:
        raise Damaged("a sealed text holds something else") from error


def epoch_of(untrusted_sealed: bytes) -> str:
    """The id of the epoch that a text is sealed to. Raises Damaged."""
    return _parts(untrusted_sealed)[0]


def _parts(untrusted_sealed: bytes) -> tuple[str, bytes]:
    head, line, sealed = untrusted_sealed.partition(b"\n")
    if not line or not head or head[0] != TEXT_FORMAT:
        raise Damaged("this is no sealed text")
    try:
        return checked_epoch(head[1:].decode("ascii")), sealed
    except UnicodeDecodeError as error:
        raise Damaged("this is no sealed text") from error
