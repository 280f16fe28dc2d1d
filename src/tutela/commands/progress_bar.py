"""A progress bar on standard error, where somebody looks at it. No command itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]


def silent(_: int) -> None:
    """Progress for nobody."""


@contextmanager
def bar(what: str, total: int, *, in_bytes: bool = False) -> Iterator[Advance]:
    """Gives a function that moves the bar on; nothing is shown when standard error is no terminal.

    ``total`` in bytes or pieces; rich is imported only when there is something to show.
    """
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    amount = (DownloadColumn(), TransferSpeedColumn()) if in_bytes else (MofNCompleteColumn(),)
    columns = (TextColumn("{task.description}"), BarColumn(), *amount, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda number: shown.advance(task, number)
