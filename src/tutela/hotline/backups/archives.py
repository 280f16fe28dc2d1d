"""The file of a backup: a tar archive sealed to one public key; at its end a signed list of what is in it.

``age -d -i KEY FILE | tar x`` opens it without tutela. Whoever knows the public key can seal something to it,
so the list (``MANIFEST``) is signed by the log's key, and what is restored is what the list says, byte for
byte. Nothing is unpacked in its place before the list was checked.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from tutela.hotline.backups.streams import sealing, unsealing
from tutela.kernel.custody import age
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import NOTE_BYTES_MAX, NoteKey, parse, sign
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.kernel.formats import NewerFormatError

#: Version of the archive; docs/reference/formats.md.
VERSION = 1
#: Name of the list, which comes last, and of the list of files that it is the digest of.
MANIFEST, FILES = "manifest.note", "files.json"
#: What the list says of itself.
KIND = "tutela backup"
#: Bytes of the list of files: a million of them have some 150 MB (our own).
FILES_BYTES_MAX = 512 << 20
#: Names in a backup: letters, digits and a few marks, in folders; nothing that leads out or hides.
_NAME = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.@+=-]{0,127}/){0,5}[A-Za-z0-9_.][A-Za-z0-9_.@+=-]{0,127}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PIECE_BYTES = 1 << 20


@dataclass(kw_only=True, slots=True)
class Packer:
    """Puts files into an archive and remembers their digests."""

    tar: tarfile.TarFile
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, name: PurePosixPath, path: Path) -> bool:
        """Whether the file was there to be packed; one that was taken away meanwhile is left out.

        Raises Invalid for a name that no restore would take, Unavailable where the file changes meanwhile.
        """
        try:
            with path.open("rb") as file:
                self._add(name, file, os.fstat(file.fileno()).st_size)
        except FileNotFoundError:
            return False
        return True

    def add_bytes(self, name: str, data: bytes) -> None:
        """Packs a small file from memory."""
        self._add(PurePosixPath(name), io.BytesIO(data), len(data))

    def _add(self, name: PurePosixPath, file: IO[bytes], size: int) -> None:
        check_name(str(name))
        entry = tarfile.TarInfo(str(name))
        entry.size, entry.mode = size, 0o600
        reader = _Digesting(file)
        try:
            self.tar.addfile(entry, reader)
        except OSError as error:
            raise Unavailable(f"{name} changed while it was read; make the backup again") from error
        self.digests[str(name)] = reader.hexdigest()


class _Digesting(io.RawIOBase):
    """A reader that digests what passes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._file.read(size)
        self._digest.update(piece)
        return piece

    def hexdigest(self) -> str:
        """SHA-256 of all that was read."""
        return self._digest.hexdigest()


@contextmanager
def packing(
    target: age.Target, recipient: str, key: SigningKey, facts: Mapping[str, Any]
) -> Iterator[Packer]:
    """A packer whose files end up in ``target``, sealed; the signed list follows at the end of the block.

    Raises ValueError for a recipient that is no public key of the age format; errors of the target pass.
    """
    with (
        sealing(target, recipient) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        packer = Packer(tar=tar)
        yield packer
        listed = json.dumps(packer.digests, sort_keys=True, indent=0).encode("ascii")
        packer.add_bytes(FILES, listed)
        note = sign(_manifest(facts, hashlib.sha256(listed).hexdigest()), key.name, key.private)
        packer.add_bytes(MANIFEST, str(note).encode("utf-8"))


def unpack(source: age.Source, secret: str, folder: Path, log: NoteKey) -> dict[str, Any]:
    """The facts of a backup whose files now stand in ``folder``, each as it was listed and signed.

    Raises Refused for another secret, a list that the log's key did not sign, or files that differ from it;
    Invalid for what is no backup; NewerFormatError for one of a newer release. Then ``folder`` is worthless.
    """
    found: dict[str, str] = {}
    with unsealing(source, secret) as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                for entry in tar:
                    found[entry.name] = _take(tar, entry, folder)
        except tarfile.TarError as error:
            raise Invalid("this is no backup of tutela", field="backup") from error
    return _checked(folder, found, log)


def check_name(untrusted_name: str) -> None:
    """Return where a file of this name may stand in a backup. Raises Invalid."""
    if not _NAME.fullmatch(untrusted_name) or {".", ".."} & set(untrusted_name.split("/")):
        raise Invalid("a file of the backup has a name that none may have", field="backup")


def _manifest(facts: Mapping[str, Any], files_digest: str) -> str:
    return (
        json.dumps({**facts, "kind": KIND, "version": VERSION, "files": files_digest}, sort_keys=True) + "\n"
    )


def _take(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> str:
    """SHA-256 of one file, which stands in ``folder`` now. Raises Invalid for anything but a new file."""
    check_name(entry.name)
    path = folder.joinpath(*PurePosixPath(entry.name).parts)
    data = tar.extractfile(entry) if entry.isreg() else None
    if data is None or path.exists():
        raise Invalid("a backup holds files, each once, and nothing else", field="backup")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := data.read(_PIECE_BYTES):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _checked(folder: Path, found: dict[str, str], log: NoteKey) -> dict[str, Any]:
    """The facts of the list, which says of each file what was found. Takes both lists away."""
    if not {FILES, MANIFEST} <= found.keys():
        raise Refused("the backup has no end: it was cut off")
    facts = _read_manifest((folder / MANIFEST).read_bytes()[: NOTE_BYTES_MAX + 1], log)
    listed_digest, _ = found.pop(FILES), found.pop(MANIFEST)
    listed: Any = (
        json.loads((folder / FILES).read_bytes()[:FILES_BYTES_MAX])
        if listed_digest == facts["files"]
        else None
    )
    if listed != found:
        raise Refused("the files of this backup are not those that were signed")
    (folder / FILES).unlink()
    (folder / MANIFEST).unlink()
    return facts


def _read_manifest(untrusted_note: bytes, log: NoteKey) -> dict[str, Any]:
    try:
        note = parse(untrusted_note.decode("utf-8"))
        facts: Any = json.loads(note.text)
    except ValueError as error:
        raise Invalid("this is no backup of tutela", field="backup") from error
    if not note.signed_by(log):
        raise Refused(f"this backup was not signed by the log {log.name}: it may be anybody's")
    if (
        not isinstance(facts, dict)
        or facts.get("kind") != KIND
        or not _DIGEST.fullmatch(str(facts.get("files")))
    ):
        raise Invalid("this is no backup of tutela", field="backup")
    if facts.get("version") != VERSION:
        raise NewerFormatError("this backup was made by a newer release")
    return facts
