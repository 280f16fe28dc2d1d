"""The wire between parent and nursery. Neither side of it ever sees an untrusted byte."""

from __future__ import annotations

import struct
from typing import Final

#: Orders to a nursery: one byte and a number. Fork: memory limit in bytes, with a socket
#: beside it. Reap: process id of a worker that was killed.
ORDER: Final = struct.Struct("<cxxxxxxxQ")
FORK, REAP = b"F", b"R"
#: Answer to ``REAP``: wait status, peak resident KiB, CPU microseconds.
REAPED: Final = struct.Struct("<iIQ")
