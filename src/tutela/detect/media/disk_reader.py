"""Files of disk images through The Sleuth Kit, read-only: allocated and deleted ones, alternate streams.

Raw images (whole volume, MBR, GPT, ISO 9660) and E01 through libewf. Nothing is mounted. The walk is
iterative and remembers the folders it has been in, so that loops and the folder of orphans end.
Flags and types: tsk_fs.h and tsk_vs.h of The Sleuth Kit 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, Final

from tutela.detect.media.members import CHUNK_BYTES, Entry, Meter
from tutela.detect.media.shapes import MIB, Limits
from tutela.detect.media.troubles import DecodeTrouble

try:
    import pyewf
    import pytsk3
except ImportError:  # the extra ``forensic`` is not installed
    pytsk3 = None

AVAILABLE: Final = pytsk3 is not None
_ImageBase: Any = pytsk3.Img_Info if AVAILABLE else object

#: Folders inside folders; deeper ones are left out (4,096 bytes of path hold 2,048 at most).
DEPTH_MAX: Final = 512
#: Broken entries of one folder after which it is left.
_BROKEN_ENTRIES_MAX: Final = 1_000
#: Inodes 0-23 of NTFS are its own tables ($MFT, $LogFile, $BadClus as large as the volume).
_NTFS_FIRST_FILE: Final = 24

#: Head of EWF version 1 and the length of its section descriptors (libewf, EWF format documentation).
_EWF1: Final = b"EVF\x09\x0d\x0a\xff\0"
_EWF1_SECTION_BYTES: Final = 76

ReadAt = Callable[[int, int], bytes]


def warm() -> None:
    """Runs both libraries over an empty image, so that nothing is loaded after the seal."""
    if not AVAILABLE:
        return
    try:
        list(read_disk(lambda _offset, count: bytes(count), MIB, Meter(Limits(), MIB)))
    except DecodeTrouble:
        pyewf.handle().close()


def read_disk(read_at: ReadAt, size_bytes: int, meter: Meter) -> Iterator[Entry]:
    """The files of a raw image of ``size_bytes`` bytes. Raises DecodeTrouble."""
    if not AVAILABLE:
        raise DecodeTrouble("unreadable", "forensic")
    yield from _entries(_Image(read_at, size_bytes), meter)


def read_e01(segments: Sequence[BinaryIO], meter: Meter) -> Iterator[Entry]:
    """The files of an E01 image, all its segments in order. Raises DecodeTrouble."""
    if not AVAILABLE:
        raise DecodeTrouble("unreadable", "forensic")
    complete = _is_last(segments[-1])
    handle = pyewf.handle()
    try:
        handle.open_file_objects(list(segments))
        size_bytes = int(handle.get_media_size())
    except (OSError, ValueError, RuntimeError) as error:
        raise DecodeTrouble("unreadable", "segments") from error
    try:
        image = _Image(lambda offset, count: bytes(handle.read_buffer_at_offset(count, offset)), size_bytes)
        yield from _entries(image, meter)
    finally:
        handle.close()
    if not complete:
        raise DecodeTrouble("unreadable", "segments")


def _is_last(segment: BinaryIO) -> bool:
    """Whether an EWF segment says of itself that no other follows (section ``done`` at its end)."""
    head, size_bytes = segment.read(len(_EWF1)), segment.seek(0, 2)
    segment.seek(max(0, size_bytes - _EWF1_SECTION_BYTES))
    tail = segment.read(_EWF1_SECTION_BYTES)
    segment.seek(0)
    return head != _EWF1 or tail.startswith(b"done\0")


class _Image(_ImageBase):  # type: ignore[misc]  # the base is untyped
    """The image as the library sees it: bytes by position."""

    def __init__(self, read_at: ReadAt, size_bytes: int) -> None:
        self._read_at, self._size_bytes = read_at, size_bytes
        super().__init__(url="", type=pytsk3.TSK_IMG_TYPE_EXTERNAL)

    def read(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes at ``offset``."""
        return self._read_at(offset, max(0, min(size, self._size_bytes - offset)))

    def get_size(self) -> int:
        """Size of the image in bytes."""
        return self._size_bytes


def _entries(image: _Image, meter: Meter) -> Iterator[Entry]:
    found = False
    for prefix, offset_bytes in _volumes(image):
        try:
            file_system = pytsk3.FS_Info(image, offset=offset_bytes)
            root = file_system.open_dir(inode=file_system.info.root_inum)
        except (OSError, RuntimeError):
            if prefix:
                meter.entry()
                yield Entry(path=prefix.rstrip("/"), trouble=("unreadable", "file_system"))
            continue
        found = True
        yield from _Walk(file_system, meter, prefix).entries(root)
    if not found:
        raise DecodeTrouble("unreadable", "file_system")


def _volumes(image: _Image) -> Iterator[tuple[str, int]]:
    """(prefix of its paths, offset in bytes) of each partition; one without prefix for no table."""
    try:
        table = pytsk3.Volume_Info(image)
        block_bytes = int(table.info.block_size)
        parts = [part for part in table if int(part.flags) & int(pytsk3.TSK_VS_PART_FLAG_ALLOC)]
    except (OSError, RuntimeError):
        parts = []
    if not parts:
        yield "", 0
    for number, part in enumerate(parts, start=1):
        yield f"p{number}/", int(part.start) * block_bytes


class _Walk:
    """One walk over one file system, deepest folders first."""

    def __init__(self, file_system: Any, meter: Meter, prefix: str) -> None:
        self._file_system, self._meter, self._prefix = file_system, meter, prefix
        self._ntfs = int(file_system.info.ftype) & int(pytsk3.TSK_FS_TYPE_NTFS_DETECT) != 0
        self._visited = {int(file_system.info.root_inum)}
        self._stack: list[tuple[str, Iterator[Any]]] = []

    def entries(self, root: Any) -> Iterator[Entry]:
        """The files below ``root``."""
        self._stack.append((self._prefix, _folder_entries(root)))
        while self._stack:
            path, folder = self._stack[-1]
            item = next(folder, None)
            if item is None:
                self._stack.pop()
            else:
                yield from self._item(item, path)

    def _item(self, item: Any, path: str) -> Iterator[Entry]:
        self._meter.entry()
        name, meta = bytes(item.info.name.name or b""), item.info.meta
        if meta is None or name in (b"", b".", b"..") or self._is_system_file(meta):
            return
        deleted = bool(int(item.info.name.flags) & int(pytsk3.TSK_FS_NAME_FLAG_UNALLOC))
        if deleted and int(meta.flags) & int(pytsk3.TSK_FS_META_FLAG_ALLOC):
            return  # the place was given to another file, which is listed itself
        shown = path + name.decode("utf-8", "surrogateescape")
        if meta.type in (pytsk3.TSK_FS_META_TYPE_DIR, pytsk3.TSK_FS_META_TYPE_VIRT_DIR):
            yield from self._enter(item, int(meta.addr), shown, deleted=deleted)
        elif meta.type == pytsk3.TSK_FS_META_TYPE_REG:
            yield from self._streams(item, shown, deleted=deleted or _is_orphan(meta))

    def _is_system_file(self, meta: Any) -> bool:
        return self._ntfs and int(meta.addr) < _NTFS_FIRST_FILE

    def _enter(self, item: Any, inode: int, path: str, *, deleted: bool) -> Iterator[Entry]:
        """Goes into a folder next; an entry for one that cannot be read. Deleted ones often cannot."""
        if inode in self._visited or len(self._stack) >= DEPTH_MAX:
            return
        self._visited.add(inode)
        try:
            self._stack.append((path + "/", _folder_entries(item.as_directory())))
        except (OSError, RuntimeError):
            if not deleted:
                yield Entry(path=path, trouble=("unreadable", "broken"))

    def _streams(self, item: Any, path: str, *, deleted: bool) -> Iterator[Entry]:
        """The file, then its alternate streams (NTFS). Deleted ones without content are left out."""
        size_bytes = int(item.info.meta.size)
        if size_bytes or not deleted:
            yield self._entry(item, path, size_bytes, (), deleted=deleted)
        for attribute in item if self._ntfs else ():
            if attribute.info.type == pytsk3.TSK_FS_ATTR_TYPE_NTFS_DATA and attribute.info.name:
                self._meter.entry()
                name = bytes(attribute.info.name).decode("utf-8", "surrogateescape")
                which = (attribute.info.type, int(attribute.info.id))
                yield self._entry(item, f"{path}:{name}", int(attribute.info.size), which, deleted=deleted)

    def _entry(
        self, item: Any, path: str, size_bytes: int, which: tuple[Any, ...], *, deleted: bool
    ) -> Entry:
        chunks = self._meter.bound(_content(item, size_bytes, which), lambda: size_bytes)
        return Entry(path=path, chunks=chunks, declared_bytes=size_bytes, deleted=deleted)


def _is_orphan(meta: Any) -> bool:
    return bool(int(meta.flags) & int(pytsk3.TSK_FS_META_FLAG_UNALLOC))


def _folder_entries(folder: Any) -> Iterator[Any]:
    """The entries that can be read."""
    iterator, broken = iter(folder), 0
    while broken < _BROKEN_ENTRIES_MAX:
        try:
            yield next(iterator)
        except StopIteration:
            return
        except (OSError, RuntimeError, AttributeError):
            broken += 1


def _content(item: Any, size_bytes: int, which: tuple[Any, ...]) -> Iterator[bytes]:
    at = 0
    while at < size_bytes:
        try:
            chunk = item.read_random(at, min(CHUNK_BYTES, size_bytes - at), *which)
        except (OSError, RuntimeError) as error:
            raise DecodeTrouble("unreadable", "broken") from error
        if not chunk:
            raise DecodeTrouble("unreadable", "broken")
        at += len(chunk)
        yield chunk
