"""Is there room, and is what lies on the disk of no use to whoever carries it away."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tutela.detect.service.doctor.devices import Devices
from tutela.detect.service.doctor.findings import Finding, count, fail, ok, warn

MIB = 1 << 20
#: Free bytes below which changes will soon be refused (our own: a few large changes of 32 MiB).
FREE_BYTES_MIN = 512 * MIB
#: Free bytes beside what a merge of all lists may write anew (our own: a month of changes).
RESERVE_BYTES = 2_048 * MIB


def nearest(path: Path) -> Path:
    """The folder itself, or the nearest one above that is there and may be seen."""
    path = path.absolute()
    while not os.path.exists(path) and path != path.parent:
        path = path.parent
    return path


def size_below(folder: Path) -> int:
    """Bytes of all files below a folder; 0 without one."""
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return total


def free_space(home: Path, *, free_bytes: int | None = None) -> Finding:
    """Is there room for changes, and for a merge that writes every list anew."""
    free = shutil.disk_usage(nearest(home)).free if free_bytes is None else free_bytes
    kept = size_below(home)
    said = f"{free // MIB:,} MiB are free below TUTELA_HOME, {kept // MIB:,} MiB are used there"
    if free < FREE_BYTES_MIN:
        return fail("space", said, "make room now: changes are refused when the disk is full")
    if free < kept + RESERVE_BYTES:
        return warn(
            "space", said, "make room: a merge may write every list anew before it lets go of the old"
        )
    return ok("space", said)


def encryption(home: Path, devices: Devices | None = None) -> Finding:
    """Are lists and tokens of no use to whoever takes the disk (decisions.md section 4)."""
    kept = (devices or Devices()).of_path(nearest(home))
    if kept == "encrypted":
        return ok("encryption", "the disk below TUTELA_HOME is encrypted")
    if kept == "memory":
        return warn(
            "encryption", "TUTELA_HOME lies in memory", "put it on a disk: it is gone after a restart"
        )
    said = "cannot be told" if kept == "unknown" else "is not seen from here"
    advice = "use an encrypted disk (LUKS); if it is encrypted below this machine, write that down"
    return warn("encryption", f"whether the disk below TUTELA_HOME is encrypted {said}", advice)


def swap(devices: Devices | None = None) -> Finding:
    """May values that were in memory be found on a disk."""
    devices = devices or Devices()
    try:
        spaces = [devices.of_swap(name) for name in devices.swaps()]
    except OSError:
        return warn("swap", "whether there is swap cannot be told", "see that it is off or encrypted")
    plain = sum(kept not in ("encrypted", "memory") for kept in spaces)
    if plain:
        said = (
            f"{count(plain, 'swap space')} not known to be encrypted: values may reach the disk from memory"
        )
        return warn("swap", said, "swapoff -a, or encrypt it")
    return ok("swap", "swap is encrypted or in memory" if spaces else "there is no swap")
