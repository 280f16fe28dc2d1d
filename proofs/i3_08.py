"""Bar 8: what the mandate does not grant is refused, what nobody signed starts not, nobody alone lists."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

from proofs.configuration_mutations import Files, Mutation, mutations
from proofs.figure import Figure, Progress, Tier, script
from proofs.machine import ROOT
from proofs.quorum_controls import CONTROLS, found_by_the_model
from proofs.quorum_machine import drive
from tutela.hotline.people.configuration import InForce, configuration_in_force, rehearse
from tutela.hotline.people.mandate import ACTS, mandate_in_force
from tutela.hotline.people.mandate.reading import SAMPLES
from tutela.hotline.people.quorum.reading import PROFILES
from tutela.kernel.errors import Refused

BAR, REPLAY = "i3-8", "make proofs BAR=i3-8"
#: Changes of signed files that are tried in process, those tried as a started process, and steps of the
#: model for each house, by tier.
MUTATIONS, STARTS = {"full": 4_000, "ci": 600}, {"full": 40, "ci": 4}
STEPS = {"full": 20_000, "ci": 2_000}
#: Steps of the model with one dishonest administrator over the product's own actions, and steps within which
#: it has to find each rule that is broken on purpose, by tier.
PUPPET_STEPS, PUPPET_CONTROL_STEPS = {"full": 6_000, "ci": 200}, {"full": 4_000, "ci": 2_000}
SEED = 8
#: Exit codes of a process that refuses its configuration, and of one that accepts it and lacks a key.
EXIT_REFUSED, EXIT_NO_KEYS = 2, 3
NOTHING: Mapping[str, str] = {}
#: Acts that each sample refuses, counted by hand in tests/hotline/people/mandate/test_shapes.py.
REFUSED = {"view-and-notify": 0, "police-first": 0, "no-storage": 6, "no-viewing": 15}


def every_act(folder: Path) -> dict[str, Any]:
    """Each sample in force, each act asked: granted, or refused with a reason that names act and grant."""
    facts: Counter[str] = Counter()
    wrong: list[str] = []
    for sample in SAMPLES:
        home = folder / sample
        rehearse(home, mandate=sample)
        mandate = mandate_in_force(home)
        for act, one in ACTS.items():
            lacking = [grant for grant in one.needs if grant not in mandate.granted]
            try:
                mandate.check(act)
            except Refused as refusal:
                said = refusal.public_message()
                named = one.sentence in said and all(f"'{grant}'" in said for grant in lacking) and lacking
                facts[f"refused by {sample}"] += 1
                wrong += [] if named else [f"{sample}, {act}: {said}"]
            else:
                wrong += [f"{sample}, {act}: granted without {lacking}"] if lacking else []
            facts["asked"] += 1
    return {"counts": facts, "wrong": wrong}


def files_of(home: Path) -> Files:
    """What stands below ``configuration``, by its name there."""
    folder = home / "configuration"
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*.toml"))}


def put(home: Path, files: Files) -> None:
    """Exactly these files."""
    folder = home / "configuration"
    for one in folder.rglob("*.toml"):
        one.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def meaning(found: InForce) -> Any:
    """What must not have changed: digests and values, not the order in which people signed."""
    return found.mandate, found.quorum, dict(found.digests), found.anchor


def changed_files(folder: Path, number: int) -> dict[str, Any]:
    """Changes of the files of each sample with each profile: refused, harmless, or let through."""
    facts: Counter[str] = Counter()
    through: list[str] = []
    houses = [(sample, profile) for sample in SAMPLES for profile in PROFILES]
    for at, (sample, profile) in enumerate(houses):
        home, other = folder / f"house-{at}", folder / f"other-{at}"
        right = meaning(rehearse(home, mandate=sample, quorum=profile))
        rehearse(other, mandate="view-and-notify", quorum="solo-duty")
        before = files_of(home)
        for one in islice(mutations(before, files_of(other), seed=SEED + at), number // len(houses)):
            if one.files == before:
                facts["no byte changed"] += 1
                continue
            through += _tried(home, one, right, facts)
        put(home, before)
        facts["started again as before"] += meaning(configuration_in_force(home)) == right
    return {"counts": facts, "through": through, "houses": len(houses)}


def _tried(home: Path, one: Mutation, right: Any, facts: Counter[str]) -> list[str]:
    put(home, one.files)
    try:
        found = configuration_in_force(home)
    except Refused as refusal:
        facts["refused"] += 1
        facts["without a reason"] += not refusal.public_message().strip()
        return []
    if meaning(found) == right:
        facts["the same text, its signatures in another order"] += 1
        return []
    return [one.what]


def started_processes(folder: Path, number: int) -> dict[str, int]:
    """Processes of the process map over changed files, and with variables that would change what is signed.

    The fetcher needs neither database nor partner: it refuses what nobody signed (2), or gets as far as the
    vault's keys, which are not there (3).
    """
    home, other = folder / "started", folder / "started-other"
    rehearse(home)
    rehearse(other)
    before = files_of(home)
    facts: Counter[str] = Counter()
    changed = (one for one in mutations(before, files_of(other), seed=SEED) if one.files != before)
    for one in islice(changed, number):
        put(home, one.files)
        code, said = _fetcher(home)
        facts["started"] += code != EXIT_REFUSED
        facts["without a reason"] += not said.startswith("error: ")
        facts["tried"] += 1
    put(home, before)
    facts["control"] = _fetcher(home)[0] == EXIT_NO_KEYS
    right = meaning(configuration_in_force(home))
    for name in ("TUTELA_MANDATE__GRANTS", "TUTELA_HOTLINE__MANDATE", "TUTELA_QUORUM__OWN_LIST__VOTES"):
        facts["started with a variable"] += _fetcher(home, {name: "1"})[0] != EXIT_REFUSED
        with patch.dict(os.environ, {name: "1"}):
            facts["changed by a variable"] += meaning(configuration_in_force(home)) != right
    return dict(facts)


def _fetcher(home: Path, variables: Mapping[str, str] = NOTHING) -> tuple[int, str]:
    """Exit code and last line of the fetcher's own command on this house."""
    environment = {**os.environ, **variables, "TUTELA_HOME": str(home)}
    command = [sys.executable, "-m", "tutela", "run", "fetcher"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=home, timeout=120, errors="replace"
    )
    return done.returncode, (done.stderr.splitlines() or [""])[-1]


def puppets(steps: int, control_steps: int) -> dict[str, Any]:
    """What ``proofs.puppet_machine`` counted, in a process of its own: it needs Django and a database."""
    words = (str(one) for one in (steps, control_steps, SEED))
    command = [sys.executable, "-m", "proofs.puppet_machine", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, timeout=3_600, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(tier: Tier) -> int:
    """0 when every ungranted act is refused, no changed file starts anything, and nobody alone lists."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _record_acts(figure, progress.step("acts", lambda: every_act(folder)))
        _record_changes(figure, progress.step("changes", lambda: changed_files(folder, MUTATIONS[tier])))
        started = progress.step("started", lambda: started_processes(folder, STARTS[tier]))
    figure.record("processes started over changed files", started["started"], "processes", "== 0")
    figure.record("of these without a reason", started["without a reason"], "processes", "== 0")
    figure.record("control, the same over the signed files", started["control"], "processes", "== 1")
    for name in ("started with a variable", "changed by a variable"):
        figure.record(f"{name} that nobody signed", started[name], "of 3 variables", "== 0")
    figure.count("processes over changed files", started["tried"])
    for size in (2, 6):
        counts = progress.step(f"model {size}", partial(drive, size, STEPS[tier], seed=SEED))
        _record_model(figure, size, counts, STEPS[tier])
    for name in CONTROLS:
        found = progress.step(f"control {name}", partial(found_by_the_model, name))
        figure.record(f"control, {name}: the model finds it", found, "", "== 1")
    asked = (PUPPET_STEPS[tier], PUPPET_CONTROL_STEPS[tier])
    _record_puppets(figure, progress.step("puppets", lambda: puppets(*asked)), PUPPET_STEPS[tier])
    code = figure.save()
    progress.finish()
    return code


def _record_acts(figure: Figure, facts: dict[str, Any]) -> None:
    figure.count("acts asked", facts["counts"]["asked"])
    for sample, number in REFUSED.items():
        refused = facts["counts"].get(f"refused by {sample}", 0)
        figure.record(f"{sample}: acts refused", refused, f"of {len(ACTS)} acts", f"== {number}")
    figure.record("acts answered wrongly or without their reason", len(facts["wrong"]), "acts", "== 0")
    for one in facts["wrong"][:10]:
        figure.failure(REPLAY, one)


def _record_changes(figure: Figure, facts: dict[str, Any]) -> None:
    counts = facts["counts"]
    figure.record("changed configurations that start", len(facts["through"]), "changes", "== 0")
    figure.record("changed configurations refused", counts["refused"], "changes", ">= 500")
    figure.record("refused without a reason", counts["without a reason"], "changes", "== 0")
    figure.record(
        "control, the files as they were signed start",
        counts["started again as before"],
        "houses",
        f"== {facts['houses']}",
    )
    figure.count(
        "order of signatures changed, nothing else",
        counts.get("the same text, its signatures in another order", 0),
    )
    for one in facts["through"][:10]:
        figure.failure(REPLAY, one)


def _record_model(figure: Figure, size: int, counts: dict[str, int], steps: int) -> None:
    house = f"model, {size} people"
    figure.record(f"{house}: steps", counts["steps"], "steps", f">= {steps}")
    figure.record(f"{house}: entries published without quorum", counts.get("WITHOUT QUORUM", 0), "", "== 0")
    figure.record(f"{house}: entries published by one person", counts.get("BY ONE PERSON", 0), "", "== 0")
    figure.record(f"{house}: consequences out of reach", counts.get("DEADLOCKS", 0), "", "== 0")
    figure.record(
        f"{house}: suspensions by one person refused", counts.get("SUSPENSIONS REFUSED", 0), "", "== 0"
    )
    figure.record(
        f"{house}: entries lawfully published, looked at",
        counts["entries seen published"],
        "",
        f">= {steps // 100}",
    )
    if counts.get("FAULTS"):
        figure.failure(REPLAY, f"{house}: a fault, printed above with the way there")
    for name in ("reachability checked", "rows edited", "keys of others used", "made active", "suspended"):
        figure.count(f"{house}: {name}", counts[name])


def _record_puppets(figure: Figure, found: dict[str, Any], steps: int) -> None:
    counts: Counter[str] = Counter(found.pop("counts"))
    house = "one dishonest administrator"
    figure.record(f"{house}: steps on a real database", counts["steps"], "steps", f">= {steps}")
    figure.record(f"{house}: times as more than one person", counts["MORE THAN ONE"], "", "== 0")
    figure.record(f"{house}: houses that nobody could bring back", counts["DEADLOCKS"], "", "== 0")
    figure.record(
        f"{house}: votes of accounts in hand", counts["votes of puppets"], "votes", f">= {steps // 10}"
    )
    if counts["FAULTS"]:
        figure.failure(REPLAY, f"{house}: a fault, printed above with the way there")
    for name in ("puppets", "taken over", "roles given", "words of puppets tried", "rosters", "brought back"):
        figure.count(f"{house}: {name}", counts[name])
    for name, control in found.items():
        figure.record(f"control, {name}: the model finds it", control["found"], "", "== 1")


if __name__ == "__main__":
    script(main)
