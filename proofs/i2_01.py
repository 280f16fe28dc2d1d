"""Bar 1: clients nobody here wrote, from the package registry and unmodified, against a running service."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from proofs.corpus.collection import collection
from proofs.figure import Figure, Progress, Tier, script
from proofs.match_service import MatchService, match_service
from proofs.reference import upright_hash
from tests.detect.service import arachnid_calls
from tutela.demo.copies import jpeg
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service.canary import PER_KIND
from tutela.detect.service.changes import Draft

BAR = "i2-1"
#: Pictures that are listed and asked for; the tier ci shows that it runs.
PICTURES: dict[Tier, int] = {"full": 20, "ci": 3}
#: Seconds that one call of a client's program may take.
PATIENCE_SECONDS = 120
#: Further entries, so that the feed has several pages of 800.
FILLERS = 2_000
CSAM, NOTHING = "csam", "no-known-match"

#: One check of a client: what it is about, and whether it came out right.
Check = tuple[str, bool]


def _half(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2))


class Pictures:
    """Listed pictures as files and as altered copies, and pictures that nobody listed."""

    def __init__(self, tier: Tier) -> None:
        pieces = collection(tier).spread(2 * PICTURES[tier])
        images = [piece.image() for piece in pieces]
        self.files = [jpeg(image, quality=90) for image in images[::2]]
        self.copies = [jpeg(_half(image), quality=70) for image in images[::2]]
        self.others = [jpeg(image, quality=90) for image in images[1::2]]
        self.hashes = [upright_hash(np.asarray(image.convert("RGB")))[0] for image in images[::2]]
        self.other_hashes = [upright_hash(np.asarray(image.convert("RGB")))[0] for image in images[1::2]]

    def entries(self) -> list[ListEntry]:
        """SHA-256 and PDQ of each listed picture, and fillers that match nothing."""
        random = np.random.default_rng(7)
        rows = [
            row
            for number, (data, value) in enumerate(zip(self.files, self.hashes, strict=True))
            for row in (
                ListEntry(entry=f"e{number}", kind="sha256", value=hashlib.sha256(data).digest()),
                ListEntry(entry=f"e{number}", kind="pdq", value=value, quality=100),
            )
        ]
        fillers = (
            ListEntry(entry=f"f{number}", kind="pdq", value=random.bytes(32), quality=100)
            for number in range(FILLERS)
        )
        return [*rows, *fillers]


def arachnid(service: MatchService, pictures: Pictures, folder: Path) -> list[Check]:
    """arachnid-shield-sdk, plain and asynchronous: files, copies, PDQ hashes, the refused address."""
    token, checks = service.token("shield", roles=["detail"]), []
    for number in range(len(pictures.files)):
        told = _arachnid_calls(service, pictures, folder, token, number)
        for client in ("plain", "async"):
            said = told[client]
            checks += _arachnid_checks(client, said, pictures, number)
        checks.append(("wrong token refused", "valid token" in told["plain"]["wrong"]))
    return checks


def _arachnid_calls(
    service: MatchService, pictures: Pictures, folder: Path, token: str, number: int
) -> dict[str, Any]:
    files = {"listed.jpg": pictures.files[number], "copy.jpg": pictures.copies[number]}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    hashes = [pictures.hashes[number].hex(), pictures.other_hashes[number].hex()]
    paths = [str(folder / name) for name in files]
    out = _run(
        [sys.executable, str(Path(arachnid_calls.__file__)), "shield", token, *paths, *hashes],
        ARACHNID_SHIELD_URL=f"{service.address}/arachnid/",
    )
    told: dict[str, Any] = json.loads(out)
    return told


def _arachnid_checks(client: str, said: dict[str, Any], pictures: Pictures, number: int) -> list[Check]:
    data = pictures.files[number]
    listed, other = (
        base64.b64encode(one[number]).decode() for one in (pictures.hashes, pictures.other_hashes)
    )
    whole, copy = said["file"], said["bytes"]
    digest = hashlib.sha256(data).hexdigest().upper()
    return [
        (f"{client} media, the file", (whole["classification"], whole["match_type"]) == (CSAM, "exact")),
        (f"{client} media, its digest", whole["sha256_hex"] == digest),
        (f"{client} media, a copy", (copy["classification"], copy["match_type"]) == (CSAM, "near")),
        (f"{client} pdq, listed", said["pdq"][listed] == [CSAM, True]),
        (f"{client} pdq, not listed", said["pdq"][other] == [NOTHING, False]),
        (f"{client} url, refused with the reason", "guarded network door" in said["url"]),
    ]


def threatexchange_library(service: MatchService, pictures: Pictures, _folder: Path) -> list[Check]:
    """The library: every page, an index, matches, then only what changed."""
    from threatexchange.exchanges.collab_config import CollaborationConfigBase
    from threatexchange.exchanges.impl.stop_ncii_api import StopNCIICredentials, StopNCIISignalExchangeAPI
    from threatexchange.signal_type.pdq.signal import PdqSignal

    credentials = StopNCIICredentials._from_str(_keys(service, "library"))
    collab = CollaborationConfigBase(name="tutela", api="stop_ncii", enabled=True)
    exchange = StopNCIISignalExchangeAPI.for_collab(collab, credentials)
    held: dict[Any, Any] = {}
    deltas = list(exchange.fetch_iter([], None))
    for delta in deltas:
        exchange.naive_fetch_merge(held, delta.updates)
    signals = exchange.naive_convert_to_signal_type([PdqSignal], collab, held)[PdqSignal]
    index = PdqSignal.get_index_cls().build(signals.items())
    checks = [
        ("several pages", len(deltas) > 2),
        ("every value and the canaries", len(signals) == len(pictures.hashes) + FILLERS + PER_KIND),
        *(("a copy is found", bool(index.query(PdqSignal.hash_from_bytes(one)))) for one in pictures.copies),
        *(("no other", not index.query(PdqSignal.hash_from_bytes(one))) for one in pictures.others),
    ]
    service.change(Draft(list="csam", act="remove", caller="proof", ids=("f0", "f1")))
    later = [delta.updates for delta in exchange.fetch_iter([], deltas[-1].checkpoint)]
    votes = [
        one.get_as_aggregate_opinion().category.name for update in later for one in update.values() if one
    ]
    return [*checks, ("only the withdrawals are told again", votes == ["DISPUTED", "DISPUTED"])]


def threatexchange_command(service: MatchService, pictures: Pictures, folder: Path) -> list[Check]:
    """The command line: configure, fetch, match, fetch again."""
    variables = {
        "HOME": str(folder),
        "TX_STATEDIR": str(folder / "state"),
        "TX_STOPNCII_KEYS": _keys(service, "command"),
    }

    def tx(*arguments: str) -> str:
        return _run([str(Path(sys.executable).with_name("tx")), *arguments], **variables)

    tx("config", "collab", "edit", "stop_ncii", "tutela", "--create")
    tx("fetch", "--only-collab", "tutela")
    counted = tx("dataset")
    checks = [
        ("every value and the canaries", f"pdq: {len(pictures.hashes) + FILLERS - 2 + PER_KIND}" in counted)
    ]
    for name, data, wanted in (("copy", pictures.copies[0], 1), ("other", pictures.others[0], 0)):
        (folder / f"{name}.jpg").write_bytes(data)
        lines = tx("match", "photo", str(folder / f"{name}.jpg")).splitlines()
        found = [line for line in lines if "(tutela) POSITIVE_CLASS" in line]
        checks.append((f"match photo, {name}", len(found) == wanted == len(lines)))
    tx("fetch", "--only-collab", "tutela")
    return [*checks, ("fetched again without a change", tx("dataset") == counted)]


def _keys(service: MatchService, name: str) -> str:
    return f"{service.token(name, feeds=['csam'])},{name},{service.address}/feed/v1"


def _run(command: list[str], **variables: str) -> str:
    """What a client's program printed. Raises RuntimeError with its words when it fails."""
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    return done.stdout


CLIENTS: dict[str, Callable[[MatchService, Pictures, Path], list[Check]]] = {
    "arachnid-shield-sdk": arachnid,
    "threatexchange library": threatexchange_library,
    "threatexchange command line": threatexchange_command,
}


def measure(tier: Tier) -> dict[str, list[Check]]:
    """All checks of all clients against one service."""
    pictures = Pictures(tier)
    with (
        match_service({"TUTELA_SERVICE__ARACHNID_ENABLED": "true"}) as service,
        tempfile.TemporaryDirectory() as name,
    ):
        service.make_list("csam", pictures.entries(), legal_class="csam")
        return {client: run(service, pictures, Path(name)) for client, run in CLIENTS.items()}


def main(tier: Tier) -> int:
    """0 when every call of every client came out right."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for package in ("arachnid-shield-sdk", "threatexchange"):
        figure.note(f"{package} {metadata.version(package)}, as the registry has it")
    figure.note(collection(tier).which)
    figure.count("pictures", PICTURES[tier])
    for client, checks in progress.step("clients", lambda: measure(tier)).items():
        wrong = [name for name, right in checks if not right]
        figure.record(f"{client}: checks", len(checks), "checks", ">= 3")
        figure.record(f"{client}: checks that failed", len(wrong), "checks", "== 0")
        for name in sorted(set(wrong)):
            figure.failure(f"make proofs BAR={BAR}", f"{client}: {name}")
    code = figure.save()
    progress.finish()
    return code


if __name__ == "__main__":
    script(main)
