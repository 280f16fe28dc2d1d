"""What a container worker and its parent say to each other: frame numbers, flags, sizes.

Apart from ``unpacking``, so that the parent does not load the readers of archives and disk images.
"""

from __future__ import annotations

import struct
from typing import Final

from tutela.detect.media import protocol

MEMBER, DATA, MEMBER_END = (protocol.CONTAINER_FRAMES + number for number in range(3))
#: Flags of ``MEMBER``, then the declared size in bytes, then the path (UTF-8, bytes that are no text kept).
MEMBER_HEAD: Final = struct.Struct("<BQ")
DELETED, HAS_CONTENT = 1, 2
WANTED, SKIPPED = b"W", b"S"
#: Longest path that crosses the border, in bytes (Linux PATH_MAX).
PATH_BYTES_MAX: Final = 4096
#: How many further segments follow, before the request's own work begins.
SEGMENTS: Final = struct.Struct("<I")
#: Descriptors in one message (SCM_MAX_FD of Linux is 253).
SEGMENTS_PER_MESSAGE: Final = 64
