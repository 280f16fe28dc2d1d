"""``python -m tutela.demo.chain``: the story in TUTELA_HOME, told on the standard output.

A process of its own, because Django's settings belong to one house. Its last lines are the table; it ends
with 1 where a planted item is wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import timedelta

from tutela.config import load
from tutela.demo.chain.founding import settings_of
from tutela.demo.world import World
from tutela.kernel import log
from tutela.kernel.clock import FixedClock, SystemClock
from tutela.kernel.settings import home
from tutela.processes.starting import module_command
from tutela.web.starting import start_django

#: What the gallery of the story shows: pictures, films, pictures of the one behind it.
GALLERY_SIZE = (24, 2, 3)
#: In the house: the log of the story's machines, which goes to the standard error elsewhere.
LOG = "story.log"
#: Days of the story: a come-back after ten days lies within them, and the look that finds it.
DAYS = 28


def command(*, days: int | None = None, hosts: Sequence[str] = ()) -> tuple[str, ...]:
    """What starts this process, for a story of so many days over some hosts, by default over all."""
    words = ["--days", str(days)] if days is not None else []
    return module_command("tutela.demo.chain", *words, *hosts)


def main(arguments: Sequence[str]) -> int:
    """0 where every planted item ended as it should."""
    parser = argparse.ArgumentParser(prog="python -m tutela.demo.chain")
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("hosts", nargs="*")
    chosen = parser.parse_args(arguments)
    os.umask(0o077)
    clock = FixedClock(SystemClock().now() - timedelta(days=chosen.days))
    with (home() / LOG).open("w", encoding="utf-8") as stream:
        log.configure(level="warning", stream=stream, clock=clock)
        return _told(clock, chosen.days, frozenset(chosen.hosts))


def _told(clock: FixedClock, days: int, hosts: frozenset[str]) -> int:
    with World(clock, gallery=GALLERY_SIZE) as world:
        _start_django(world)
        from tutela.demo.chain.staff import render_accounts
        from tutela.demo.chain.story import Stage, planted, run_story
        from tutela.demo.chain.truth import table

        items = [item for item in planted(world) if not hosts or item.host in hosts]
        stage = Stage(home=home(), settings=load(None), world=world, clock=clock)
        ended = run_story(stage, _say, items=items, days=days)
        for line in (*table(ended.rows), "", *render_accounts(ended.accounts)):
            _say(line)
    return 1 if ended.wrong else 0


def _start_django(world: World) -> None:
    """Django over this house, whose letters go through the mail server of the world."""
    os.environ |= settings_of(world)
    start_django()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
