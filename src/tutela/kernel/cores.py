"""No core files: what a process held in memory is not on the disk when it dies (threat model ST-07)."""

from __future__ import annotations


def forbid_cores() -> None:
    """From now on neither this process nor its children leave a core file, and none of them may change that.

    Does nothing where the system has no such limit.
    """
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
