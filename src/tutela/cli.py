"""The one command ``tutela``. Commands are imported when they are called, so that each starts fast.

A command is a module ``tutela.commands.<name>`` with a click command named ``command``; what it returns
(an integer) is the exit code. Exit codes: 0 nothing known found, 1 something known or candidate, 2 the
call was wrong, 3 some input could not be read, 70 a fault of tutela itself, 130 interrupted, 141 the
reader of its output left.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from tutela import __version__
from tutela.kernel import log
from tutela.kernel.errors import TutelaError, Unavailable

#: The call was wrong (decisions.md section 8).
EXIT_CALL_WRONG = 2
#: Some input could not be read (decisions.md section 8).
EXIT_UNREADABLE = 3
#: A fault of tutela: EX_SOFTWARE of sysexits.h. Python's own 1 would say "something known was found".
EXIT_FAULT = 70
#: Interrupted from the keyboard: 128 + SIGINT, as shells say it.
EXIT_INTERRUPTED = 130
#: Nobody reads our output any more: 128 + SIGPIPE, as shells say it.
EXIT_READER_LEFT = 141


@dataclass(frozen=True, kw_only=True, slots=True)
class LazyCommand:
    """Where a command lives and the one line that ``tutela --help`` shows for it."""

    module: str
    summary: str


#: Every command. A house test compares the summaries with the commands' own help.
COMMANDS: Mapping[str, LazyCommand] = {
    "scan": LazyCommand(
        module="tutela.commands.scan", summary="Find known pictures, films and files in folders and images."
    ),
    "match": LazyCommand(module="tutela.commands.match", summary="Compare single files with lists."),
    "hash": LazyCommand(module="tutela.commands.hash", summary="Print the fingerprints of files."),
    "list": LazyCommand(module="tutela.commands.list", summary="Build, import, inspect and change lists."),
    "init": LazyCommand(
        module="tutela.commands.init",
        summary="Found a hotline: ask for its settings, write them, make what it needs.",
    ),
    "hotline": LazyCommand(
        module="tutela.commands.hotline",
        summary="Found a hotline, and look whether all of it is there.",
    ),
    "up": LazyCommand(
        module="tutela.commands.up",
        summary="Start every process of the hotline and keep them alive.",
    ),
    "run": LazyCommand(module="tutela.commands.run", summary="Run one process of the hotline by itself."),
    "serve": LazyCommand(
        module="tutela.commands.serve", summary="Run a service: matching, the public's pages, the desk."
    ),
    "service": LazyCommand(
        module="tutela.commands.service", summary="Look after the match service: tokens, leaks."
    ),
    "keys": LazyCommand(
        module="tutela.commands.keys", summary="Make, split, restore and rotate the keys of the vault."
    ),
    "report": LazyCommand(
        module="tutela.commands.report", summary="Hand reports in: one, a file, a partner's token."
    ),
    "people": LazyCommand(
        module="tutela.commands.people", summary="Look after accounts: invite, list, roles, reset, leave."
    ),
    "work": LazyCommand(
        module="tutela.commands.work",
        summary="Look after the job table: what waits, runs or is parked.",
    ),
    "partners": LazyCommand(
        module="tutela.commands.partners", summary="Look at what a partner is to be reached by."
    ),
    "notices": LazyCommand(
        module="tutela.commands.notices", summary="Look after notices: what waits, is in doubt or failed."
    ),
    "statistics": LazyCommand(
        module="tutela.commands.statistics",
        summary="Print the facts of a year, and the report made of them.",
    ),
    "retention": LazyCommand(module="tutela.commands.retention", summary="Show how long kept bytes stay."),
    "signers": LazyCommand(
        module="tutela.commands.signers", summary="Say who signs this house's configuration."
    ),
    "mandate": LazyCommand(
        module="tutela.commands.mandate", summary="Say what this house may do, and under which law."
    ),
    "quorum": LazyCommand(
        module="tutela.commands.quorum", summary="Say how many people each consequence needs."
    ),
    "roster": LazyCommand(
        module="tutela.commands.roster", summary="Say whose accounts the signers vouch for."
    ),
    "log": LazyCommand(
        module="tutela.commands.log", summary="Sign, check, show and witness the append-only log."
    ),
    "backup": LazyCommand(
        module="tutela.commands.backup",
        summary="Write everything of the hotline but its private keys into a sealed file.",
    ),
    "restore": LazyCommand(
        module="tutela.commands.restore", summary="Bring a hotline back from a backup, into an empty house."
    ),
    "upgrade": LazyCommand(
        module="tutela.commands.upgrade",
        summary="Bring the hotline's database to this release, or back to an earlier one.",
    ),
    "doctor": LazyCommand(
        module="tutela.commands.doctor", summary="Check whether this installation may be trusted."
    ),
    "guard": LazyCommand(
        module="tutela.commands.guard",
        summary="Block pictures before they are seen, on your own device.",
    ),
    "import": LazyCommand(module="tutela.commands.importing", summary="Take over what another system holds."),
    "conformance": LazyCommand(
        module="tutela.commands.conformance", summary="Test any matcher and write a neutral sheet."
    ),
    "demo": LazyCommand(
        module="tutela.commands.demo", summary="Show scan, match service and hotline on harmless pictures."
    ),
    "plugins": LazyCommand(
        module="tutela.commands.plugins", summary="Show what is installed and what is enabled."
    ),
    "settings": LazyCommand(
        module="tutela.commands.settings", summary="Show every setting in force and where it comes from."
    ),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        lazy = COMMANDS.get(cmd_name)
        if lazy is None:
            return None
        command: click.Command = import_module(lazy.module).command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that left (``| head``) ends it quietly with 141, not with click's 1."""
        try:
            outcome = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return EXIT_READER_LEFT
        return outcome

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.summary) for name, lazy in COMMANDS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="tutela")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Settings file. Else TUTELA_CONFIG, ./tutela.toml, /etc/tutela/tutela.toml.",
)
@click.option(
    "--log-level",
    type=click.Choice(list(log.LEVELS)),
    default="warning",
    show_default=True,
    help="How much the log on standard error says.",
)
@click.pass_context
def group(ctx: click.Context, config: Path | None, log_level: str) -> None:
    """Find known child sexual abuse material exactly and fast, without a person seeing it.

    Exit codes: 0 nothing known, 1 something known or candidate, 2 the call was wrong,
    3 some input unreadable.

    \b
    Example:
      tutela hash --help
    """
    ctx.obj = config
    if config is not None:
        from tutela.kernel.settings import named

        ctx.with_resource(named(config))
    log.configure(level=log_level)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Errors are printed plainly on standard error."""
    try:
        outcome: Any = group.main(args=arguments, prog_name="tutela", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return EXIT_CALL_WRONG
    except TutelaError as error:
        click.echo(f"error: {error.public_message()}", err=True)
        return EXIT_UNREADABLE if isinstance(error, Unavailable) else EXIT_CALL_WRONG
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one last-resort handler of the process
        return _report_fault(error)
    return outcome if isinstance(outcome, int) else 0


def _report_fault(error: Exception) -> int:
    """Say that tutela itself failed: type and place only, for the message may quote content.

    With ``--log-level debug`` the whole traceback is shown, to whoever asked for it.
    """
    log.get_logger("cli").exception("command_failed")
    if log.is_written("debug"):
        click.echo("".join(traceback.format_exception(error)), err=True)
    click.echo(f"error: a fault in tutela ({type(error).__name__}); the log line above says where", err=True)
    return EXIT_FAULT
