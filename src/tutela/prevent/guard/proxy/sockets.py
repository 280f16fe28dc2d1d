"""Messages of WebSockets: one that holds a picture is dropped.

There is no place in a protocol that nobody here knows where a blank could stand.
"""

from __future__ import annotations

import re
from typing import Final

from tutela.prevent.guard.carriers import finding
from tutela.prevent.guard.carriers.kinds import kind_of_whole

#: Bytes of a message that is looked through; a larger one is dropped.
MESSAGE_BYTES_MAX: Final = 4 * 1024 * 1024
#: Starts of JPEG, PNG, GIF, WebP, AVIF and HEIC anywhere: protocols put a head of their own before them.
_MAGIC: Final = re.compile(
    rb"\xff\xd8\xff[\xc0-\xfe]|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF[\0-\xff]{4}WEBP|ftyp(?:avi[fs]|hei[cxms]|mif1)"
)


def carries(untrusted_message: bytes, *, segments_pass: bool) -> bool:
    """Whether a message holds a picture, or cannot be told not to."""
    if len(untrusted_message) > MESSAGE_BYTES_MAX or _MAGIC.search(untrusted_message):
        return True
    kind = kind_of_whole("", untrusted_message)
    if kind in {"picture", "vector", "film"} or (kind == "segment" and not segments_pass):
        return True
    try:
        return bool(finding.find(untrusted_message))
    except finding.TooMuch:
        return True
