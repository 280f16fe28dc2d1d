"""Every example that ``--help`` shows runs as it stands, in a folder that holds the files it names."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house import stage
from tests.house.console import environment
from tools.reference_pages import commands

#: Nothing known, something known, something unreadable: all are answers (docs/reference/commands.md).
MAY_END_WITH = (0, 1, 3)
#: Commands whose example is run by another test.
RUN_ELSEWHERE = {
    "tutela demo": "tests/demo runs it with a smaller collection",
    "tutela serve": "tests/commands/test_serve_match.py runs the service and ends it",
    "tutela serve match": "tests/commands/test_serve_match.py runs the service and ends it",
    "tutela serve public": "tests/commands/test_serve_site.py runs it and ends it",
    "tutela serve desk": "tests/commands/test_serve_site.py runs it and ends it",
    "tutela up": "tests/commands/test_up.py runs it and ends it",
    "tutela run": "tests/processes runs each process and ends it",
    "tutela run fetcher": "tests/processes/test_fetching.py runs it and ends it",
    "tutela run visitor": "tests/processes/test_visiting.py runs it and ends it",
    "tutela run opener": "tests/processes/test_opening.py runs it and ends it",
    "tutela run sender": "tests/commands/test_up.py runs it and ends it",
    "tutela hotline check": "tests/commands/test_hotline_check.py runs it in a house",
    "tutela service log check": "tests/commands/test_service_log.py runs it with a database",
    "tutela service log move": "tests/commands/test_service_log.py runs it with a database",
    "tutela list propose": "tests/commands/test_list_propose.py runs it with a publisher's key",
    "tutela list approve": "tests/commands/test_list_approve.py runs it with an organisation's key",
    "tutela list seal": "tests/commands/test_list_seal.py runs it with approvals",
    "tutela list trust": "tests/commands/test_list_trust.py runs it with a sealed list",
    **dict.fromkeys(
        [
            f"tutela guard{name}"
            for name in (
                "",
                " setup",
                " status",
                " choose",
                " lists",
                " add-list",
                " remove-list",
                " pause",
                " renew",
                " stop",
                " start",
                " leave",
            )
        ],
        "tests/commands/test_guard_*.py run them in a home of their own",
    ),
    **dict.fromkeys(
        [
            f"tutela guard pilot {name}"
            for name in ("join", "move", "answer", "event", "show", "send", "leave")
        ]
        + [f"tutela guard pilot {name}" for name in ("found", "codes", "enrol", "audit", "receive", "open")]
        + ["tutela guard pilot analyse"],
        "tests/commands/test_guard_pilot*.py run them for a clinic and a person of their own",
    ),
    "tutela guard run": "tests/prevent/guard/running runs it in the guard's environment",
    "tutela partners": "tests/commands/test_partners_certificate.py runs it with a certificate",
    "tutela partners certificate": "tests/commands/test_partners_certificate.py runs it with a certificate",
    "tutela notices dkim": "tests/commands/test_notices_dkim.py runs it with keys",
    "tutela keys retire": "tests/commands/test_keys_retire.py runs it with an epoch of its own",
    "tutela keys restore": "tests/commands/test_keys_restore.py runs it with shares",
    **dict.fromkeys(
        [f"tutela work{name}" for name in ("", " list", " show", " retry", " park", " run")],
        "tests/commands/test_work_*.py run them with a job table",
    ),
    **dict.fromkeys(
        ["tutela report", "tutela report send", "tutela report import"],
        "tests/commands/test_report_*.py run them with a house's keys",
    ),
    **dict.fromkeys(
        [
            f"tutela people{name}"
            for name in ("", " invite", " list", " vouching", " roles", " reset", " leave")
        ],
        "tests/commands/test_people_*.py run them with accounts",
    ),
    "tutela signers sign": "tests/commands/test_signers_sign.py runs it with a draft",
    "tutela signers enact": "tests/commands/test_signers_enact.py runs it with a signed draft",
    "tutela mandate sign": "tests/commands/test_configuration_group.py runs it with signers of its own",
    "tutela mandate enact": "tests/commands/test_configuration_group.py runs it with signers of its own",
    "tutela quorum sign": "tests/commands/test_configuration_group.py runs it with signers of its own",
    "tutela quorum enact": "tests/commands/test_configuration_group.py runs it with signers of its own",
    "tutela mandate show": "tests/commands/test_configuration_group.py runs it with signers of its own",
    "tutela quorum show": "tests/commands/test_configuration_group.py runs it with signers of its own",
    "tutela roster draft": "tests/commands/test_roster.py runs it with signers of its own",
    "tutela roster sign": "tests/commands/test_roster.py runs it with signers of its own",
    "tutela roster enact": "tests/commands/test_roster.py runs it with signers of its own",
    "tutela roster show": "tests/commands/test_roster.py runs it with signers of its own",
    "tutela run notary": "tests/commands/test_run_notary.py runs it with a house of its own",
    **dict.fromkeys(
        ["tutela log checkpoint", "tutela log fsck", "tutela log show", "tutela log cosigned"],
        "tests/commands/test_log_*.py run them with a ledger",
    ),
    **dict.fromkeys(
        ["tutela log witness add", "tutela log witness sign", "tutela log witness forget"],
        "tests/commands/test_log_witness.py runs them on two machines",
    ),
    "tutela backup": "tests/hotline/backups runs it in a house",
    "tutela restore": "tests/hotline/backups runs it into an empty house",
    "tutela upgrade": "tests/commands/test_upgrade.py runs it in a house",
    **dict.fromkeys(
        [f"tutela notices{name}" for name in ("", " list", " show", " resolve", " retract", " recipient")]
        + [f"tutela notices {name}" for name in ("contacts", "approve", "refuse", "contacts-import")],
        "tests/commands/test_notices_*.py run them with an outbox",
    ),
    **dict.fromkeys(
        [f"tutela statistics{name}" for name in ("", " export", " yearly")],
        "tests/commands/test_statistics_*.py run them with a house of some hundred items",
    ),
    "tutela retention": "tests/commands/test_retention.py asks the group for its plan",
    "tutela retention plan": "tests/commands/test_retention_plan.py runs it in a house with kept bytes",
    "tutela conformance": "tests/commands/test_conformance.py runs it against a matcher on loopback",
}


def examples(help_text: str) -> list[str]:
    """The command lines of the paragraph that begins with Example."""
    paragraph = re.search(r"^\s*Examples?:\s*\n((?:[ \t]+\S.*\n?)+)", help_text, re.MULTILINE)
    lines = paragraph[1].splitlines() if paragraph else []
    return [line.strip() for line in "\n".join(lines).replace("\\\n", " ").splitlines()]


ALL = [(name, line) for name, command, _ in commands() for line in examples(command.help or "")]


@pytest.fixture(scope="session")
def built_stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stage.build(tmp_path_factory.mktemp("stage"))


def test_every_command_shows_an_example() -> None:
    lacking = [name for name, command, _ in commands() if not examples(command.help or "")]
    assert not lacking


@pytest.mark.slow
@pytest.mark.parametrize(("name", "line"), ALL, ids=[line for _, line in ALL])
def test_example_runs(name: str, line: str, built_stage: Path, tmp_path: Path) -> None:
    if name in RUN_ELSEWHERE:
        return
    folder = Path(shutil.copytree(built_stage, tmp_path / "stage"))
    if "evidence" in line:
        stage.add_disk_image(folder)
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment(), capture_output=True, text=True, timeout=300
    )
    assert done.returncode in MAY_END_WITH, (
        f"{line} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    )
    assert "error:" not in done.stderr


def test_examples_are_found_in_help() -> None:
    text = "Does.\n\n\b\nExamples:\n  tutela a --b\n  tutela c\n\nMore."
    assert examples(text) == ["tutela a --b", "tutela c"]
    assert examples("Does.\n\n\b\nExample:\n  tutela a \\\n    --b") == ["tutela a      --b"]
    assert examples("Does.") == []
