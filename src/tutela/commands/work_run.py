"""``tutela work run``: a worker."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option
from tutela.commands.work_table import job_table
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.config import Config
    from tutela.hotline.work.claims import HostLimit
    from tutela.hotline.work.running import Done


@click.command("run", short_help="Do jobs until told to stop.")
@click.option("--name", default="worker", show_default=True, metavar="NAME", help="What the page calls it.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only jobs of this kind. Repeatable.")
@click.option("--until-empty", is_flag=True, help="Leave when nothing is due.")
@json_option
@click.pass_obj
def command(
    config: Path | None, /, *, name: str, kinds: tuple[str, ...], until_empty: bool, as_json: bool
) -> int:
    """Do jobs until told to stop: SIGTERM or Ctrl-C ends it after the job in hand.

    Several may run at once, on several machines, under one name or many: a job belongs to whom it was handed
    to, not to a name. What a worker that died held is free again within a minute. Without mandate and quorum
    that enough signers signed it does not start.

    \b
    Example:
      tutela work run --until-empty
    """
    from tutela.config import load_with_origin
    from tutela.processes.map import check_possessions, process_named
    from tutela.processes.working import equipped_worker

    loaded = load_with_origin(config)
    check_possessions(process_named("worker"), loaded.origin)
    with job_table(), equipped_worker(loaded.values, home()), stop_on_signals() as stop:
        from tutela.hotline.cases.rechecking import watch_lists
        from tutela.hotline.database_clock import ClockGuard
        from tutela.hotline.intake.jobs import watch_spare
        from tutela.hotline.ledger.actors import process
        from tutela.hotline.people.enactments import take_up_configuration
        from tutela.hotline.work import queries
        from tutela.hotline.work.running import Worker

        take_up_configuration(home(), actor=process("worker"))
        ClockGuard().report()

        def told(done: Done) -> None:
            click.echo(_line(done, as_json=as_json))

        try:
            worker = Worker(name, kinds, watched=told, limit=_host_limit(loaded.values))
        except (ValueError, LookupError) as error:
            raise click.UsageError(str(error)) from error
        others = queries.workers(name=name)
        if others:
            click.echo(f"note: {same_name(name, len(others))}", err=True)
        watch_spare()
        watch_lists()
        worker.run(stop, until_empty=until_empty)
    click.echo(f"{name}: {worker.finished:,} jobs done, {worker.failed:,} tries failed", err=True)
    return 0


def _host_limit(settings: Config) -> HostLimit:
    from tutela.hotline.work.claims import HostLimit

    hotline = settings.hotline
    return HostLimit(running_max=hotline.host_jobs_max, apart_seconds=hotline.host_apart_seconds)


def same_name(name: str, number: int) -> str:
    """What an operator is told who starts a second worker of one name."""
    seen = "another worker" if number == 1 else f"{number} other workers"
    return (
        f"{seen} of the name {name} gave a sign of life within the last minute. That harms nothing: each job "
        "belongs to one claim. Names of their own (--name) tell them apart"
    )


def _line(done: Done, *, as_json: bool) -> str:
    if as_json:
        facts = {"job": done.job, "kind": done.kind, "outcome": done.outcome, "reason": done.reason}
        return json.dumps(facts | {"tries": done.tries, "seconds": round(done.seconds, 3)})
    reason = f", {done.reason}" if done.reason else ""
    return f"{done.outcome:<8} {done.kind:<16} {done.job}  {done.seconds:.2f} s{reason}"


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Gives an event that SIGTERM and SIGINT set while the block lasts."""
    stop = threading.Event()
    before = {one: signal.signal(one, lambda *_: stop.set()) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
