"""Guards that are started with something wrong already, for bar i5-2."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from proofs.guard_house import Place
from proofs.guard_processes import Guard, guarding
from tests.prevent.guard.proxy.origin import authority
from tutela.prevent.guard.classes.shipped import FOLDER


def altered_models(place: Place, change: str) -> dict[str, str]:
    """A folder of models in which the weights are altered, replaced or missing."""
    folder = place.folder / f"models-{secrets.token_hex(4)}"
    shutil.copytree(FOLDER, folder)
    weights = folder / "stand-in.onnx"
    data = weights.read_bytes()
    if change == "model missing":
        weights.unlink()
    else:
        weights.write_bytes(
            {"model altered": data[:-1] + b"?", "model of nonsense": b"x" * len(data)}[change]
        )
    return {"models": str(folder)}


def other_web(place: Place) -> dict[str, str]:
    """A file of certificates that do not vouch for the site."""
    return {"trusted": str(authority(place.folder, f"other-{secrets.token_hex(4)}").file)}


def full_disk(place: Place) -> Sequence[str]:
    """A command before the guard's: its home is on a file system of its own that has no byte left."""
    home, kept = place.home, place.folder / "kept"
    steps = (
        f"cp -a {home}/. {kept}/ && mount -t tmpfs -o size=4m,mode=700 none {home} && cp -a {kept}/. {home}/"
        f' && (dd if=/dev/zero of={home}/fill bs=4k 2>/dev/null; true) && exec "$@"'
    )
    kept.mkdir(exist_ok=True)
    return ["unshare", "-rm", "sh", "-c", steps, "sh"]


STARTS = (
    "model altered", "model of nonsense", "model missing", "trust of the list damaged", "no list at all",
    "site that nobody vouches for", "disk full",
)  # fmt: skip


@contextmanager
def wrong_start(name: str, place: Place, bundle: bytes) -> Iterator[Guard]:
    """A guard that was started with this wrong."""
    more: Mapping[str, Any] = {}
    before: Sequence[str] = ()
    folder = place.guard_folder
    if name.startswith("model"):
        more = altered_models(place, name)
    elif name == "site that nobody vouches for":
        more = other_web(place)
    elif name == "disk full":
        before = full_disk(place)
    elif name == "no list at all":
        for one in ("list-1", "list-1-trust", "list-1-key"):
            folder.remove(one)
    else:
        kept = folder.read("list-1-trust") or b""
        folder.write("list-1-trust", b"{}")
    try:
        with guarding(place, before=before, **more) as guard:
            yield guard
    finally:
        if name == "no list at all":
            place.add(bundle)
        elif name.startswith("trust"):
            folder.write("list-1-trust", kept)


def can_unshare() -> bool:
    """Whether a file system of one's own can be mounted here."""
    done = subprocess.run(["unshare", "-rm", "true"], capture_output=True)
    return done.returncode == 0
