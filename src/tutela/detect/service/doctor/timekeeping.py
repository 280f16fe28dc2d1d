"""Is the machine's clock kept right: tokens, versions and holds go by it."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

from tutela.detect.service.doctor.findings import Finding, ok, warn

#: Status bit of a clock that nobody keeps right (linux/timex.h, STA_UNSYNC).
_STA_UNSYNC = 0x0040
#: What the kernel may write behind the fields that are read here (adjtimex(2): 208 bytes on 64 bits).
_REST_BYTES = 512


class _Timex(ctypes.Structure):
    """The beginning of struct timex (linux/timex.h)."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * _REST_BYTES),
    )


def kernel_status() -> int | None:
    """The status bits of the kernel's clock; None where it cannot be asked. Sets nothing (modes 0)."""
    if not sys.platform.startswith("linux"):
        return None
    asked = _Timex(modes=0)
    done = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(asked))
    return None if done < 0 else int(asked.status)


def clock(status: Callable[[], int | None] = kernel_status) -> Finding:
    """Is the clock synchronised, as far as the kernel knows."""
    told = status()
    if told is None:
        return warn("clock", "whether the clock is synchronised cannot be told", "see that it is")
    if told & _STA_UNSYNC:
        advice = "run chrony or systemd-timesyncd, unless the host keeps it right"
        return warn("clock", "the kernel does not know the clock to be synchronised", advice)
    return ok("clock", "the clock is synchronised")
