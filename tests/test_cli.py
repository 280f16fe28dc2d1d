from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tutela import __version__, cli
from tutela.kernel import log
from tutela.kernel.errors import Conflict, Invalid, Refused, Unavailable


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> list[BaseException | int]:
    """A command ``raise`` that raises (or returns) what the test puts into the list."""
    outcome: list[BaseException | int] = []

    @click.command()
    def command() -> int:
        first = outcome[0]
        if isinstance(first, BaseException):
            raise first
        return first

    monkeypatch.setattr(cli.LazyGroup, "get_command", lambda *_: command)
    return outcome


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (Invalid("must be 0 to 31", field="distance_bits"), 2, "error: distance_bits: must be 0 to 31\n"),
        (Refused("no list of that name"), 2, "error: no list of that name\n"),
        (Conflict("another scan writes this journal"), 2, "error: another scan writes this journal\n"),
        (Unavailable("the bucket does not answer"), 3, "error: the bucket does not answer\n"),
        (KeyboardInterrupt(), 130, "\ninterrupted\n"),
    ],
)
def test_errors_are_printed_plainly_with_their_exit_code(
    raising: list[BaseException | int],
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    message: str,
) -> None:
    raising.append(error)
    assert cli.run(["raise"]) == code
    assert capsys.readouterr() == ("", message)


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_what_a_command_returns_is_the_exit_code(raising: list[BaseException | int], code: int) -> None:
    raising.append(code)
    assert cli.run(["raise"]) == code
    with pytest.raises(SystemExit) as left:
        cli.main(["raise"])
    assert left.value.code == code


def test_a_fault_of_our_own_is_never_a_finding_and_never_quotes_content(
    raising: list[BaseException | int], capsys: pytest.CaptureFixture[str]
) -> None:
    raising.append(RuntimeError("/seized/canary.jpg"))
    assert cli.run(["raise"]) == 70
    printed = capsys.readouterr()
    assert "RuntimeError" in printed.err
    assert "canary" not in printed.out + printed.err


def test_a_fault_shows_its_traceback_to_whoever_asks_for_it(
    raising: list[BaseException | int], capsys: pytest.CaptureFixture[str]
) -> None:
    raising.append(RuntimeError("a reason"))
    assert cli.run(["--log-level", "debug", "raise"]) == 70
    assert "RuntimeError: a reason" in capsys.readouterr().err
    log.configure()


def test_a_settings_file_of_the_call_holds_for_django_too(tmp_path: Path) -> None:
    file = tmp_path / "house.toml"
    file.write_text('[hotline]\npublic_url = "https://reports.example"\n')
    code = (
        "import click, sys, tutela.cli as cli\n"
        "def asked():\n"
        "    from tutela.web.starting import start_django; start_django()\n"
        "    from django.conf import settings; print(settings.TUTELA_PUBLIC_URL)\n"
        "cli.LazyGroup.get_command = lambda *_: click.command()(asked)\n"
        f"sys.exit(cli.run(['--config', {str(file)!r}, 'ask']))\n"
    )
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
    environment = {**kept, "TUTELA_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "https://reports.example"), done.stderr


def test_wrong_usage_is_exit_2_and_names_the_near_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["scna"]) == 2
    assert "scna" in capsys.readouterr().err
    assert cli.run(["plugins", "--nope"]) == 2


def test_a_reader_that_left_is_no_finding() -> None:
    shell = f"set -o pipefail; {sys.executable} -m tutela settings | true; echo $?"
    codes = {
        subprocess.run(["bash", "-c", shell], capture_output=True, text=True, cwd="/").stdout
        for _ in range(3)
    }
    assert codes <= {"0\n", "141\n"}


def test_a_closed_pipe_ends_the_command_with_141() -> None:
    code = "import sys, tutela.cli as c; sys.exit(c.run(['settings']))"
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run([sys.executable, "-c", code], stdout=write_end, stderr=subprocess.PIPE, cwd="/")
    os.close(write_end)
    assert (done.returncode, done.stderr) == (141, b"")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    printed = capsys.readouterr().out
    for name, lazy in cli.COMMANDS.items():
        assert f"  {name} " in printed
        assert lazy.summary in " ".join(printed.split())


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_summary_in_the_table_is_the_commands_own(name: str) -> None:
    command = cli.group.get_command(click.Context(cli.group), name)
    assert command is not None
    assert command.get_short_help_str(200) == cli.COMMANDS[name].summary


def test_module_runs_as_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "tutela", "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, f"tutela, version {__version__}")
