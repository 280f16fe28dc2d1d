"""Files and folders of this machine, likely places first, every obstacle as one finding.

The walk holds the pending folders in memory, not the files: 5 million files cost what their folders
cost. It runs once a pass (``likely.Tier``); obstacles are reported in the first pass only.
Symbolic links are never followed: what they lead to is looked at where it lies, or it is outside.
"""

from __future__ import annotations

import errno
import heapq
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from tutela.detect.scan.likely import Tier, file_rank, folder_rank, tier
from tutela.detect.scan.shapes import Identity, ScanFile

#: What an operating system error means for a finding; everything else is "could not be read".
REASONS = {
    errno.ENOENT: "vanished before it was read",
    errno.ENOTDIR: "vanished before it was read",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ELOOP: "symbolic link loop",
    errno.ENAMETOOLONG: "path too long",
    errno.EIO: "input/output error of the storage",
}
#: Names of special files for the reason.
SPECIAL = {
    stat.S_IFIFO: "named pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


@dataclass(frozen=True, order=True, slots=True)
class _Folder:
    rank: int
    path: bytes


def reason_of(error: OSError) -> str:
    """A fixed sentence for an operating system error; never its text, which quotes paths."""
    return REASONS.get(error.errno or 0, "could not be read")


def open_file(path: bytes, *, device_allowed: bool = False) -> int:
    """A read-only descriptor of a regular file, or of a block device that the caller named.

    Opened without blocking, so that a pipe put in a file's place does not hang the scan.
    Raises OSError.
    """
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    mode = os.fstat(fd).st_mode
    if stat.S_ISREG(mode) or (device_allowed and stat.S_ISBLK(mode)):
        return fd
    os.close(fd)
    raise OSError(errno.EINVAL, "not a regular file")


def walk(roots: Sequence[str]) -> Iterator[ScanFile]:
    """Every file below ``roots`` (files or folders) once, likely ones first.

    A root inside another root is dropped. A root that is itself a symbolic link is followed.
    """
    kept = distinct_roots(roots)
    for number, wanted in enumerate(Tier):
        for root in kept:
            yield from _walk_root(root, wanted, kept, report_obstacles=number == 0)


def distinct_roots(roots: Sequence[str]) -> tuple[bytes, ...]:
    """The roots without those that lie inside another one, in order; as bytes of the file system."""
    encoded = list(dict.fromkeys(os.fsencode(root) for root in roots))
    real = {root: os.path.realpath(root) for root in encoded}
    return tuple(
        root
        for number, root in enumerate(encoded)
        if not any(
            _inside(real[root], real[other]) and (real[root] != real[other] or earlier < number)
            for earlier, other in enumerate(encoded)
            if earlier != number
        )
    )


def _inside(path: bytes, folder: bytes) -> bool:
    return path == folder or path.startswith(folder.rstrip(b"/") + b"/")


def _walk_root(
    root: bytes, wanted: Tier, roots: tuple[bytes, ...], *, report_obstacles: bool
) -> Iterator[ScanFile]:
    try:
        mode = os.stat(root).st_mode
    except OSError as error:
        if report_obstacles:
            yield _obstacle(root, reason_of(error))
        return
    if stat.S_ISDIR(mode):
        yield from _walk_folder(root, wanted, roots, report_obstacles=report_obstacles)
    elif tier(os.fsdecode(os.path.basename(root))) == wanted:
        yield _single(root)


def _single(path: bytes) -> ScanFile:
    """A file that the caller named; block devices too, their size is found by seeking."""
    try:
        found = os.stat(path)
    except OSError as error:
        return _obstacle(path, reason_of(error))
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISBLK(found.st_mode)):
        return _obstacle(path, _special_reason(found.st_mode))
    return _file(path, found, device_allowed=True)


def _walk_folder(
    root: bytes, wanted: Tier, roots: tuple[bytes, ...], *, report_obstacles: bool
) -> Iterator[ScanFile]:
    pending = [
        _Folder(folder_rank(os.fsdecode(os.path.basename(os.path.realpath(root))), parent_rank=1), root)
    ]
    seen: set[tuple[int, int]] = set()
    while pending:
        folder = heapq.heappop(pending)
        try:
            entries = _entries(folder.path, seen)
        except OSError as error:
            if report_obstacles:
                yield _obstacle(folder.path, f"folder not read: {reason_of(error)}")
            continue
        files = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                rank = folder_rank(os.fsdecode(entry.name), parent_rank=folder.rank)
                heapq.heappush(pending, _Folder(rank, entry.path))
            elif entry.is_file(follow_symlinks=False):
                files.append(entry)
            elif report_obstacles:
                yield _not_a_file(entry, roots)
        yield from _in_order(files, wanted)


def _entries(path: bytes, seen: set[tuple[int, int]]) -> list[os.DirEntry[bytes]]:
    """The folder's entries; none when a bind mount led back to a folder that was read already."""
    found = os.stat(path)
    if (found.st_dev, found.st_ino) in seen:
        return []
    seen.add((found.st_dev, found.st_ino))
    with os.scandir(path) as entries:
        return list(entries)


def _in_order(files: list[os.DirEntry[bytes]], wanted: Tier) -> Iterator[ScanFile]:
    ranked: list[tuple[int, bytes, ScanFile]] = []
    for entry in files:
        name = os.fsdecode(entry.name)
        if tier(name) != wanted:
            continue
        try:
            file = _file(entry.path, entry.stat(follow_symlinks=False))
        except OSError as error:
            file = _obstacle(entry.path, reason_of(error))
        ranked.append((file_rank(name, file.size_bytes), entry.name, file))
    ranked.sort(key=lambda row: row[:2])
    return (file for _rank, _name, file in ranked)


def _file(path: bytes, found: os.stat_result, *, device_allowed: bool = False) -> ScanFile:
    identity = None
    if found.st_nlink > 1:
        identity = Identity(
            device=found.st_dev, inode=found.st_ino, size_bytes=found.st_size, mtime_ns=found.st_mtime_ns
        )
    return ScanFile(
        path=os.fsdecode(path),
        size_bytes=found.st_size,
        opener=partial(open_file, path, device_allowed=device_allowed),
        identity=identity,
    )


def _not_a_file(entry: os.DirEntry[bytes], roots: tuple[bytes, ...]) -> ScanFile:
    if entry.is_symlink():
        return _link(entry.path, roots)
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError as error:
        return _obstacle(entry.path, reason_of(error))
    return _obstacle(entry.path, _special_reason(mode))


def _link(path: bytes, roots: tuple[bytes, ...]) -> ScanFile:
    try:
        os.stat(path)
    except OSError as error:
        vanished = error.errno == errno.ENOENT
        return _obstacle(path, "symbolic link that leads nowhere" if vanished else reason_of(error))
    target = os.path.realpath(path)
    if any(_inside(target, os.path.realpath(root)) for root in roots):
        reason = "symbolic link into what is scanned: looked at there"
        return ScanFile(path=os.fsdecode(path), trouble=reason, status="unknown")
    return _obstacle(path, "symbolic link that leads outside of what is scanned: not followed")


def _special_reason(mode: int) -> str:
    return f"special file ({SPECIAL.get(stat.S_IFMT(mode), 'of unknown kind')}): not opened"


def _obstacle(path: bytes, reason: str) -> ScanFile:
    return ScanFile(path=os.fsdecode(path), trouble=reason)
