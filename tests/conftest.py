"""What holds for every test: needs are skipped visibly, and the run ends in one summed line."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import settings

from tests.needs import NEEDS, required, skip_without

if TYPE_CHECKING:
    from tests.postgres import Server

SUMMARY = pytest.StashKey[str]()
_UMASK = os.umask(0o022)
os.umask(_UMASK)

settings.register_profile("tutela", deadline=None, print_blob=True)
settings.load_profile("tutela")


def pytest_configure(config: pytest.Config) -> None:
    unknown = required() - NEEDS.keys()
    if unknown:
        raise pytest.UsageError(f"TUTELA_REQUIRE names what no test knows: {', '.join(sorted(unknown))}")


def pytest_collection_finish() -> None:
    """Five thousand tests and their parameters stay; film decoding collects garbage after each film, and to
    look through all of that each time took minutes of a run.
    """
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        skip_without(*marker.args)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A throw-away PostgreSQL server, one for each process of the tests; started when a test first asks."""
    skip_without("postgres")
    from tests.postgres import running_server

    with running_server() as server:
        yield server


def pytest_runtest_teardown() -> None:
    """Code of a media worker that ran in this process left its CPU limit behind, which would kill the run; a
    command leaves the mask with which it closes its files to others, a page the language it was asked in.
    """
    signal.setitimer(signal.ITIMER_PROF, 0)
    os.umask(_UMASK)
    translation = sys.modules.get("django.utils.translation")
    if translation is not None and sys.modules["django.conf"].settings.configured:
        translation.deactivate()


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """What was skipped, how often, and why; the counts are kept for the very last line."""
    stats = terminalreporter.stats
    reasons = Counter(str(report.longrepr[2]) for report in stats.get("skipped", []) if report.longrepr)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"skipped {count}: {reason.removeprefix('Skipped: ')}")
    passed = len(stats.get("passed", [])) + len(stats.get("xfailed", []))
    failed = len(stats.get("failed", [])) + len(stats.get("error", []))
    seed = config.getoption("randomly_seed", default=None)
    if failed and seed is not None:
        terminalreporter.write_line(f"the same order again: pytest -p randomly --randomly-seed={seed}")
    config.stash[SUMMARY] = f"{passed} passed, {failed} failed, {len(stats.get('skipped', []))} skipped"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line of every run: ``N passed, N failed, N skipped``."""
    if SUMMARY in config.stash:
        print(config.stash[SUMMARY])
