"""No core files, and nobody looks in: what a process holds in memory stays there (threat model ST-07).

A limit of nothing is not enough: a system that hands cores to a program (systemd-coredump) does so in spite
of it. And whoever takes over another process of the same user could read this one's memory, its environment
and, by ``/proc/PID/root``, files that its unit closes off from the others. What cannot be dumped has neither.
"""

from __future__ import annotations

import ctypes
import sys

#: prctl option (linux/prctl.h): whether a process may be dumped, and looked into by others of its user.
_PR_SET_DUMPABLE = 4


def forbid_cores() -> None:
    """From now on this process leaves no core and no other one of its user looks in, root's aside.

    The limit is its children's too; the rest ends with a new program. Does nothing where the system has no
    such limit.
    """
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
