"""Bar 7: of destroyed objects nothing is left on the disk; who seals cannot open; lost keys come back."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from proofs.disk_search import cannot_mount, forms, found, make_image, mounted
from proofs.figure import Figure, Progress, Tier, script
from proofs.remembered_vault import Vault, needles_of, recoverable
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody import durable, shares
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.custody.keys import Split
from tutela.kernel.custody.opening import Opener
from tutela.kernel.errors import TutelaError

BAR, REPLAY = "i3-7", "make proofs BAR=i3-7"
#: Objects that are destroyed, and objects beside them that stay, by tier.
DESTROYED, KEPT = {"full": 500, "ci": 60}, {"full": 50, "ci": 6}
#: Beginnings of the media types that the canary is put into: JPEG, PNG, GIF, WebP, MP4, ZIP.
TYPES = (
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF\0\0\0\0WEBP",
    b"\0\0\0\x18ftypmp42",
    b"PK\3\4",
)
#: Bytes of the largest object and of the image, by tier.
LARGEST, IMAGE = {"full": 400_000, "ci": 100_000}, {"full": 384 << 20, "ci": 64 << 20}
SEED = 7


def filled(vault: Vault, tier: Tier, mark: bytes) -> tuple[list[str], list[str]]:
    """The objects that will be destroyed and those that stay, mixed on the disk."""
    vault.keys.rotate()
    chance = random.Random(SEED)
    made = []
    for number in range(DESTROYED[tier] + KEPT[tier]):
        body = chance.randbytes(chance.randrange(1, LARGEST[tier]))
        made.append(vault.seal(TYPES[number % len(TYPES)] + mark + body + mark))
    chance.shuffle(made)
    return made[: DESTROYED[tier]], made[DESTROYED[tier] :]


def _only_sync(descriptor: int) -> None:
    os.fsync(descriptor)


@contextmanager
def without_overwriting() -> Iterator[None]:
    """The control: names go, bytes stay, as with a plain unlink."""
    overwrite = durable.overwrite
    durable.overwrite = _only_sync
    try:
        yield
    finally:
        durable.overwrite = overwrite


def destruction(tier: Tier, folder: Path, *, overwriting: bool) -> dict[str, Any]:
    """One whole life of a vault on an image of its own, and what is left on it."""
    mark, image = os.urandom(32), folder / "disk.img"
    make_image(image, IMAGE[tier])
    with mounted(image, folder / "disk") as disk:
        vault = Vault(disk)
        destroyed, kept = filled(vault, tier, mark)
        private = vault.keys.private(vault.keys.current().id)
        backup = Path(shutil.copytree(disk / "vault", folder / "backup"))
        copies = Path(shutil.copytree(disk / "envelopes", folder / "copies"))
        os.sync()
        for blob in destroyed:
            if overwriting:
                vault.blobs.destroy(blob)
            else:
                with without_overwriting():
                    vault.blobs.destroy(blob)
        facts = _afterwards(vault, destroyed, kept, backup)
        if not overwriting:
            (disk / "plain").write_bytes(b"control" * 1_000 + mark)  # what a careless program leaves
            os.sync()
            (disk / "plain").unlink()
    data = image.read_bytes()
    facts |= _searched(data, vault, destroyed, kept, mark)
    facts["recoverable"] = recoverable(data, vault, private, destroyed)
    whole_backup = b"".join(path.read_bytes() for path in sorted(backup.rglob("*")) if path.is_file())
    facts["in_backup"] = len(found(whole_backup, needles_of(vault, destroyed) | {"mark": list(forms(mark))}))
    if overwriting:
        facts["private_key"] = data.count(private.text().encode())
        with mounted(image, folder / "disk"):
            facts |= _against_the_rule(vault, destroyed, kept, copies, backup)
        facts["private_key_retired"] = len(
            found(image.read_bytes(), {"key": [private.text().encode(), *forms(private.raw)]})
        )
    for one in (backup, copies):
        shutil.rmtree(one)
    image.unlink()
    return facts


def _afterwards(vault: Vault, destroyed: list[str], kept: list[str], backup: Path) -> dict[str, Any]:
    """What opens after the destruction, and after the backup of the bytes was put back."""
    facts = {"objects": len(destroyed), "listed": len(set(vault.blobs.blobs()) & set(destroyed))}
    shutil.copytree(backup / "objects", vault.root / "vault" / "objects", dirs_exist_ok=True)
    facts["open_after_restore"] = vault.opened(destroyed)
    facts["kept_open"] = vault.opened(kept)
    facts["kept"] = len(kept)
    facts["swept"] = vault.blobs.sweep()
    return facts


def _searched(
    data: bytes, vault: Vault, destroyed: list[str], kept: list[str], mark: bytes
) -> dict[str, Any]:
    seen = found(data, needles_of(vault, destroyed))
    return {
        "searched_bytes": len(data),
        "keys": sum(name.startswith("key ") for name in seen),
        "envelopes": sum(name.startswith("envelope ") for name in seen),
        "envelopes_kept": sum(name.startswith("envelope ") for name in found(data, needles_of(vault, kept))),
        "kept_keys": sum(name.startswith("key ") for name in found(data, needles_of(vault, kept))),
        "marks": data.count(mark),
        "marks_coded": len(found(data, {str(at): [one] for at, one in enumerate(list(forms(mark))[1:])})),
    }


def _against_the_rule(
    vault: Vault, destroyed: list[str], kept: list[str], copies: Path, backup: Path
) -> dict[str, Any]:
    """Envelopes that got into a backup after all: they open everything, until their epoch is retired."""
    old = vault.keys.current().id
    shutil.copytree(backup / "objects", vault.root / "vault" / "objects", dirs_exist_ok=True)
    stray = Vault(vault.root, plain=vault.plain)
    stray_blobs = FileBlobStore(vault.root / "vault" / "objects", copies)

    def opened() -> int:
        number = 0
        for blob in destroyed:
            try:
                Opener(stray_blobs, stray.keys).check(blob)
            except TutelaError:
                continue
            number += 1
        return number

    before = opened()
    vault.keys.rotate()
    moved = Opener(vault.blobs, vault.keys).move_epoch(old)
    vault.keys.retire(old)
    return {
        "copies_open": before,
        "moved": moved,
        "copies_open_retired": opened(),
        "kept_moved": vault.opened(kept),
    }


def lost_key(folder: Path, number: int) -> dict[str, Any]:
    """A private key that is deleted, and restored from every three of five shares."""
    vault = Vault(folder / "lost")
    epoch = vault.keys.rotate()
    blobs = [vault.seal(os.urandom(1_000)) for _ in range(number)]
    made = shares.split(vault.keys.private(epoch.id), Split(need=3, of=5))
    (folder / "lost" / "keys" / f"{epoch.id}.key").unlink()
    without = vault.opened(blobs)
    combinations = restored = 0
    for chosen in itertools.combinations(made, 3):
        combinations += 1
        here = FileKeyStore(vault.root / "vault" / "epochs", folder / f"keys-{combinations}", SystemClock())
        restored += here.restore(shares.combine(chosen)) == epoch and vault.opened(blobs, here) == number
    too_few = sum(_gives_a_key(list(chosen)) for chosen in itertools.combinations(made, 2))
    return {
        "objects": number,
        "without": without,
        "combinations": combinations,
        "restored": restored,
        "too_few": too_few,
    }


def _gives_a_key(chosen: list[str]) -> bool:
    try:
        shares.combine(chosen)
    except TutelaError:
        return False
    return True


def attack(number: int) -> dict[str, Any]:
    """A process with the fetcher's belongings alone seals, and then tries to open what it sealed."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o711)  # the user nobody passes through to its own
        vault = Vault(folder / "attack")
        vault.keys.rotate()
        belongings, private = folder / "belongings", folder / "attack" / "keys"
        shutil.copytree(vault.root / "vault" / "epochs", belongings / "vault" / "epochs")
        command = [sys.executable, "-m", "proofs.vault_attack", str(belongings), str(private), str(number)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    words = dict(line.split("=") for line in done.stdout.split())
    counts = {name: int(one) for name, one in words.items()}
    return {"exit": done.returncode, "said": done.stderr[-500:], **counts}


def main(tier: Tier) -> int:
    """0 when nothing of a destroyed object is left, the fetcher opens nothing, and lost keys come back."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if not cannot_mount():
            clean = progress.step("destroyed", lambda: destruction(tier, folder, overwriting=True))
            control = progress.step("control", lambda: destruction(tier, folder, overwriting=False))
            _record_destruction(figure, clean)
            _record_control(figure, control)
        elif tier == "full":
            figure.failure(REPLAY, f"no disk image could be searched: {cannot_mount()}")
        else:
            figure.note(f"the disk image was NOT searched here: {cannot_mount()}")
        lost = progress.step("lost", lambda: lost_key(folder, 50 if tier == "full" else 5))
    _record_keys(figure, lost, progress.step("attack", lambda: attack(100 if tier == "full" else 10)))
    figure.note(
        "ext4 as mke2fs makes it; what drives that never write in place keep: docs/explanation/vault.md"
    )
    code = figure.save()
    progress.finish()
    return code


def _record_destruction(figure: Figure, facts: dict[str, Any]) -> None:
    figure.count("destroyed objects", facts["objects"])
    figure.count("bytes of the image searched", facts["searched_bytes"])
    for name, what in (
        ("listed", "destroyed objects still listed"),
        ("keys", "their keys on the image, in any form"),
        ("envelopes", "their envelopes on the image, in whole or part"),
        ("recoverable", "keys recovered with the whole disk and the epoch's private key"),
        ("marks_coded", "coded canaries on the image"),
        ("in_backup", "keys, envelopes or canaries in the backup"),
        ("open_after_restore", "objects that open after the backup was put back"),
        ("copies_open_retired", "objects that open with copied envelopes once the epoch is retired"),
    ):
        figure.record(what, facts[name], "objects", "== 0")
    figure.record("canaries on the image", facts["marks"], "marks", "== 0")
    figure.record(
        "control, copied envelopes before that: objects that open",
        facts["copies_open"],
        "objects",
        f"== {facts['objects']}",
    )
    figure.record(
        "control, private key of the epoch on the image before", facts["private_key"], "places", ">= 1"
    )
    figure.record(
        "private key of the retired epoch on the image", facts["private_key_retired"], "keys", "== 0"
    )
    figure.record("objects that stay and open", facts["kept_open"], "objects", f"== {facts['kept']}")
    figure.record(
        "the same after the epoch was retired", facts["kept_moved"], "objects", f"== {facts['kept']}"
    )
    figure.record("keys of objects that stay, in the clear", facts["kept_keys"], "objects", "== 0")


def _record_control(figure: Figure, facts: dict[str, Any]) -> None:
    """The search finds what is there, or it proves nothing."""
    half = facts["objects"] / 2
    figure.record("control, planted in the clear and unlinked: found", facts["marks"], "marks", ">= 1")
    figure.record(
        "control, envelopes of objects that stay: found",
        facts["envelopes_kept"],
        "objects",
        f"== {facts['kept']}",
    )
    figure.record("control, not overwritten: envelopes found", facts["envelopes"], "objects", f">= {half}")
    figure.record("control, not overwritten: keys recovered", facts["recoverable"], "objects", f">= {half}")


def _record_keys(figure: Figure, lost: dict[str, Any], tried: dict[str, Any]) -> None:
    figure.record("lost key: objects that open without it", lost["without"], "objects", "== 0")
    figure.record(
        "lost key: 3 of 5 shares that open everything", lost["restored"], "sets", f"== {lost['combinations']}"
    )
    figure.record("lost key: 2 shares that give a key", lost["too_few"], "sets", "== 0")
    if tried["exit"]:
        figure.failure(REPLAY, f"the attack did not run: {tried['said']}")
        return
    figure.record("attack: objects that the fetcher sealed", tried["sealed"], "objects", ">= 1")
    figure.record("attack: ways tried to open them", tried["tried"], "attempts", ">= 1")
    figure.record("attack: attempts that opened something", tried["opened"], "attempts", "== 0")
    figure.record(
        "attack: the same with the key, as a control", tried["control"], "objects", f"== {tried['sealed']}"
    )


if __name__ == "__main__":
    script(main)
