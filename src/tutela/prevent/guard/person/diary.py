"""The person's own notes, sealed as the counts are: written without the passphrase, read with it alone.

Every entry takes the same room, so that its length tells nothing. In *keep nothing* there is no diary.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import date

from tutela.kernel.errors import Invalid, Refused
from tutela.prevent.guard.person.folder import DIARY, Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.sealing import ADDED_BYTES, seal, unseal

#: Bytes of the longest text of an entry.
TEXT_BYTES_MAX = 4000
#: Entries that are kept: the file stays below 16 MB (``folder``).
ENTRIES_MAX = 3000
_WHAT = b"diary 1"
#: day as its ordinal, length of the text, the text filled up with zeros
_RECORD = struct.Struct(f">IH{TEXT_BYTES_MAX}s")
#: Bytes of a sealed entry.
ENTRY_BYTES = _RECORD.size + ADDED_BYTES


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What somebody wrote on a day."""

    day: date
    text: str


def write_entry(folder: Folder, public: bytes, entry: Entry, policy: Policy) -> None:
    """Return once the entry is kept.

    Raises Refused in *keep nothing* and where the diary is full, Invalid for an empty or too long text.
    """
    if policy.keep_nothing:
        raise Refused("you chose to keep nothing: switch that off first to keep a diary")
    text = entry.text.strip().encode("utf-8")
    if not 0 < len(text) <= TEXT_BYTES_MAX:
        raise Invalid(f"1 to {TEXT_BYTES_MAX} bytes", field="text")
    record = seal(_RECORD.pack(entry.day.toordinal(), len(text), text), public, what=_WHAT)
    with folder.alone():
        whole = _whole(folder)
        if len(whole) >= ENTRIES_MAX * ENTRY_BYTES:
            raise Refused(f"the diary has {ENTRIES_MAX} entries: forget it, or copy it out and begin anew")
        folder.write(DIARY, whole + record)


def read_entries(folder: Folder, private: bytes) -> tuple[Entry, ...]:
    """The entries in the order in which they were written. One that is damaged is passed over."""
    data = _whole(folder)
    found = []
    for start in range(0, len(data), ENTRY_BYTES):
        try:
            number, length, text = _RECORD.unpack(
                unseal(data[start : start + ENTRY_BYTES], private, what=_WHAT)
            )
            found.append(Entry(day=date.fromordinal(number), text=text[:length].decode("utf-8")))
        except (ValueError, OverflowError):
            continue
    return tuple(found)


def _whole(folder: Folder) -> bytes:
    data = folder.read(DIARY) or b""
    return data[: len(data) - len(data) % ENTRY_BYTES]


def forget_entries(folder: Folder) -> None:
    """Return once no entry is left."""
    with folder.alone():
        folder.remove(DIARY)
