"""Which places are looked at first, so that a first hit comes within minutes and not at the end.

A heuristic over names and sizes only: it changes the order of a scan, never what is scanned. Files are
taken in three passes (pictures and films, containers, everything else); within a pass folders come
best first, and within a folder files of a usual picture's size come before icons.
"""

from __future__ import annotations

from enum import IntEnum


class Tier(IntEnum):
    """The pass in which a file is looked at, by its name."""

    MEDIA = 0
    CONTAINER = 1
    OTHER = 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Name endings of pictures and films that the sandbox decodes, and of their usual neighbours.
MEDIA_ENDINGS = _words(
    """jpg jpeg jpe jfif png gif webp avif heic heif tif tiff bmp dng
    mp4 m4v mov avi mkv webm 3gp 3g2 mpg mpeg wmv flv ts mts m2ts ogv vob"""
)
#: Name endings of archives and disk images.
CONTAINER_ENDINGS = _words("zip 7z tar tgz gz bz2 xz rar e01 ex01 dd img raw iso 001 vhd vmdk qcow2")
#: Endings that rarely hide a picture: last within their folder, but looked at all the same.
UNLIKELY_ENDINGS = _words(
    "exe dll sys so lib o a obj pyc class jar js css html htm xml json yaml ini cfg conf log txt md c h py"
)
#: Folder names (lower case) where people and cameras keep pictures, and where deleted ones end up.
LIKELY_FOLDERS = _words(
    """dcim pictures photos camera images videos movies downloads download desktop documents media whatsapp
    telegram signal snapchat instagram screenshots received sent private vault hidden $recycle.bin .trash
    trash .trashes thumbnails .thumbnails onedrive dropbox icloud"""
)
#: Folder names (lower case) that hold an operating system, programs or caches of tools.
UNLIKELY_FOLDERS = _words(
    """windows winsxs system32 syswow64 usr lib lib64 bin sbin boot proc sys dev node_modules .git
    site-packages __pycache__ drivers fonts programdata"""
) | {"program files", "program files (x86)"}
#: A usual picture: between an icon and a raw scan, in bytes.
USUAL_BYTES_MIN, USUAL_BYTES_MAX = 16 << 10, 32 << 20


def tier(name: str) -> Tier:
    """The pass of a file with this name. Depends on nothing else, so no file can fall between passes."""
    ending = _ending(name)
    if ending in MEDIA_ENDINGS:
        return Tier.MEDIA
    return Tier.CONTAINER if ending in CONTAINER_ENDINGS else Tier.OTHER


def folder_rank(name: str, *, parent_rank: int) -> int:
    """0 likely, 1 neutral, 2 unlikely; a folder without a telling name is as likely as its parent."""
    lowered = name.lower()
    if lowered in LIKELY_FOLDERS:
        return 0
    return 2 if lowered in UNLIKELY_FOLDERS else parent_rank


def file_rank(name: str, size_bytes: int) -> int:
    """0 to 3: order of files within one folder and pass, by name ending and size in bytes."""
    usual = USUAL_BYTES_MIN <= size_bytes <= USUAL_BYTES_MAX
    return 2 * (_ending(name) in UNLIKELY_ENDINGS) + (not usual)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
