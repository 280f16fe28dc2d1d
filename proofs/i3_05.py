"""Bar 5: every tampering with the ledger is found; its tree is that of RFC 6962."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from proofs import rfc6962
from proofs.figure import Figure, Progress, Tier, script
from tests.needs import missing
from tests.postgres import OWNER, running_server
from tutela.kernel.custody import merkle
from tutela.kernel.custody.transparency import rebuilt

BAR, REPLAY = "i3-5", "make proofs BAR=i3-5"
#: Tamperings of the ledger of each database, entries in it, and tampered copies for the command, by tier.
TAMPERINGS, ENTRIES, COPIES = {"full": 1_000, "ci": 88}, {"full": 200, "ci": 60}, {"full": 23, "ci": 4}
#: Seed of the ledger and of the first tampering; each one has the next.
SEED = 5_000
#: Sizes at which the tree in memory is compared with the definition, beside every size up to 130.
LARGE = (255, 256, 257, 1_000, 4_095, 4_096, 4_097, 10_007)


def ledger(tier: Tier, folder: Path, address: str) -> dict[str, Any]:
    """What a process of its own saw of one ledger, on SQLite or at an address of PostgreSQL."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
    environment = {**kept, "TUTELA_HOME": str(folder)}
    if address:
        environment["TUTELA_HOTLINE__DATABASE"] = address
    numbers = (ENTRIES[tier], TAMPERINGS[tier], SEED, 0 if address else COPIES[tier])
    command = [sys.executable, "-m", "proofs.tampered_ledger", str(folder), *map(str, numbers)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1_700)
    if done.returncode:
        return {"died": done.stderr[-2_000:]}
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if not address:
        facts["command"] = _by_command(folder, COPIES[tier])
    return facts


def _by_command(folder: Path, copies: int) -> dict[str, int]:
    """What ``tutela log fsck`` says of copies: the first one is whole, the others are not."""
    said = []
    for turn in range(copies):
        environment = {**os.environ, "TUTELA_HOME": str(folder / f"copy-{turn}")}
        command = [sys.executable, "-m", "tutela", "log", "fsck", "--kept", str(folder / "kept.note")]
        said.append(subprocess.run(command, env=environment, capture_output=True, timeout=120).returncode)
    return {"whole": int(said[0] == 0), "copies": copies - 1, "found": said[1:].count(1)}


def postgres_ledger(tier: Tier, folder: Path) -> dict[str, Any]:
    with running_server() as server:
        return ledger(tier, folder, server.address(OWNER))


def trees() -> dict[str, int]:
    """Our tree in memory beside the definition: vectors, every small size, some large ones."""
    chance = random.Random(SEED)
    vectors = sum(
        merkle.root(rebuilt(rfc6962.LEAVES[:size]), size).hex() != root
        for size, root in enumerate(rfc6962.ROOTS)
    )
    leaves = [chance.randbytes(chance.randrange(300)) for _ in range(max(LARGE))]
    sizes = [*range(131), *LARGE]
    store = rebuilt(leaves)
    wrong = sum(merkle.root(store, size) != rfc6962.tree_hash(leaves[:size]) for size in sizes)
    return {"vectors": len(rfc6962.ROOTS), "wrong_vectors": vectors, "sizes": len(sizes), "wrong": wrong}


def main(tier: Tier) -> int:
    """0 when all tamperings are found and every root is right."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    found = progress.step("trees", trees)
    figure.record("published vectors with another root", found["wrong_vectors"], "roots", "== 0")
    figure.record("sizes at which the root is not the definition's", found["wrong"], "roots", "== 0")
    figure.count("published vectors", found["vectors"])
    figure.count("sizes of the tree in memory", found["sizes"])
    with tempfile.TemporaryDirectory() as place:
        one, other = Path(place, "sqlite"), Path(place, "postgres")
        one.mkdir()
        other.mkdir()
        _record(figure, "SQLite", progress.step("sqlite", lambda: ledger(tier, one, "")))
        if not missing("postgres"):
            _record(figure, "PostgreSQL", progress.step("postgres", lambda: postgres_ledger(tier, other)))
        elif tier == "full":
            figure.failure(REPLAY, f"no ledger on PostgreSQL: {missing('postgres')}")
        else:
            figure.note(f"PostgreSQL was NOT tried here: {missing('postgres')}")
    figure.note(
        "Entries after the last checkpoint are protected by their hashes alone: who rules the database and "
        "makes those anew is never found out, so a checkpoint is signed every ten minutes at the latest"
    )
    code = figure.save()
    progress.finish()
    return code


def _record(figure: Figure, name: str, facts: dict[str, Any]) -> None:
    if "died" in facts:
        figure.failure(REPLAY, f"the ledger on {name} died: {facts['died']}")
        return
    tampering, roots, statements = facts["tampering"], facts["roots"], facts["statements"]
    whole = f"== {tampering['tamperings']}"
    figure.record(f"{name}: random tamperings found", tampering["found"], "tamperings", whole)
    figure.record(f"{name}: with a checkpoint named that shows it", tampering["named"], "tamperings", whole)
    figure.record(f"{name}: and it is the first that can", tampering["right"], "tamperings", whole)
    figure.record(
        f"{name}: faults in a ledger that nobody touched",
        facts["false_alarms"] + (not facts["whole_afterwards"]),
        "faults",
        "== 0",
    )
    figure.record(
        f"{name}: statements that the triggers refused",
        statements["refused"],
        "statements",
        f"== {statements['tried']}",
    )
    figure.record(f"{name}: roots and proofs that are not the definition's", roots["wrong"], "", "== 0")
    if "command" in facts:
        command = facts["command"]
        copies = f"== {command['copies']}"
        figure.record("tutela log fsck: tampered copies found", command["found"], "databases", copies)
        figure.record("tutela log fsck: the whole copy is whole", command["whole"], "databases", "== 1")
    _record_beyond(figure, name, facts)
    for row in tampering["missed"]:
        figure.failure(REPLAY, f"{name}: {row}")
    figure.count(f"{name}: tamperings", tampering["tamperings"])
    figure.count(f"{name}: kinds of tampering", len(tampering["kinds"]))
    figure.count(f"{name}: entries", facts["entries"])
    figure.count(f"{name}: proofs compared", roots["proofs"])
    figure.table(f"{name}: tamperings by kind", tampering["kinds"])


def _record_beyond(figure: Figure, name: str, facts: dict[str, Any]) -> None:
    beyond, speed = facts["beyond"], facts["speed"]
    figure.record(
        f"{name}: not yet signed, a leaf changed alone: found", beyond["careless"], "of 20", "== 20"
    )
    figure.record(f"{name}: not yet signed, all hashes made anew: found", beyond["thorough"], "of 20")
    rate = 1e6 / speed["inside"]
    figure.record(f"{name}: entries in one transaction", rate, "a second")
    figure.record(f"{name}: an entry adds to a transaction", speed["inside"], "microseconds")
    figure.record(f"{name}: a transaction with one entry alone", speed["alone"], "microseconds")
    figure.record(f"{name}: a transaction with one plain row alone", speed["plain"], "microseconds")
    figure.record(f"{name}: of an entry, its two hashes", speed["hashing"], "microseconds")
    figure.record(f"{name}: fsck, for each entry", speed["checking"], "microseconds")


if __name__ == "__main__":
    script(main)
