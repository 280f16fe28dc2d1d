"""The keys of a house sealed to another key than the rest of its backup: ``keys.age``, a tar archive in it.

With the log's key one signs as this log, with that of the index one tries whether an address was reported.
Whoever reads backups to get a database back needs neither. ``age -d -i KEY keys.age | tar x`` opens it; the
file is then taken away, and until then no house is founded beside it: new keys would fit nothing.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from tutela.kernel.custody import age, durable
from tutela.kernel.errors import Invalid

#: The keys that a backup holds, files in TUTELA_HOME: of the log, of the index, of sign-in.
KEYS = ("log.key", "index.key", "login.key")
#: What they are called together.
BUNDLE = "keys.age"
#: Bytes of the largest key file: one line each (our own).
_KEY_BYTES_MAX = 4_096


def seal_keys(home: Path, recipient: str) -> bytes:
    """The keys of the house at ``home``, sealed to ``recipient`` (``age1...``).

    Raises ValueError for a recipient that is none, Unavailable where a key cannot be read.
    """
    plain, sealed = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in KEYS:
            try:
                data = durable.read_file(home / name, _KEY_BYTES_MAX)
            except LookupError:
                continue
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), durable.FILE_MODE
            tar.addfile(entry, io.BytesIO(data))
    plain.seek(0)
    age.seal(plain, sealed, recipient)
    return sealed.getvalue()


def open_keys(folder: Path, secret: str) -> None:
    """Return once the keys of the bundle stand in ``folder`` durably, each as a file, and the bundle is gone.

    Raises Invalid where there is no bundle, the secret does not open it, or it holds something else.
    """
    path, plain = folder / BUNDLE, io.BytesIO()
    try:
        with path.open("rb") as sealed:
            age.unseal(sealed, plain, secret)
        plain.seek(0)
        with tarfile.open(fileobj=plain, mode="r:") as tar:
            found = {entry.name: _content(tar, entry) for entry in tar}
    except FileNotFoundError as error:
        raise Invalid("the keys of this backup are not sealed to another key", field="--keys-key") from error
    except (age.Damaged, tarfile.TarError, ValueError) as error:
        raise Invalid("does not open the keys of this backup", field="--keys-key") from error
    for name, data in found.items():
        durable.write_file(folder / name, data)
    path.unlink()


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(entry) if entry.isreg() and entry.name in KEYS else None
    if file is None or entry.size > _KEY_BYTES_MAX:
        raise ValueError("a bundle of keys holds keys and nothing else")
    return file.read()
