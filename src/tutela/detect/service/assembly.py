"""A service put together from its settings and its data folder, in a process that answers requests."""

from __future__ import annotations

import hmac
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.service import log_opening
from tutela.detect.service.audit import FileAudit
from tutela.detect.service.fetched import fetches_of
from tutela.detect.service.figures import Figures
from tutela.detect.service.hook_changes import begin
from tutela.detect.service.hook_opening import endpoints_of, open_hooks
from tutela.detect.service.matcher import Matcher
from tutela.detect.service.outside.asking import panel_of
from tutela.detect.service.probing import Watch
from tutela.detect.service.rates import Rates
from tutela.detect.service.running import Service
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.tables import MemoryTables, SharedTables
from tutela.detect.service.tokens import TokenBook
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable

if TYPE_CHECKING:
    from tutela.detect.scan.recipe import Recipe
    from tutela.detect.service.changes import ChangeLog
    from tutela.detect.service.settings import ServiceSettings
    from tutela.kernel.egress.settings import EgressSettings

#: Names inside the data folder: change log, tokens, the watch's audit and its shared tables.
CHANGES, TOKENS, AUDIT, TABLES = log_opening.CHANGES, "tokens.json", "audit.jsonl", "watch"
#: Beginning of the name of the folder in which processes put their numbers together.
FIGURES = "figures"
#: Characters that tell one start of the service from another: 64 bits of a digest of its key.
_TAG_CHARACTERS = 16


def assembled(
    settings: ServiceSettings,
    recipe: Recipe,
    folder: Path,
    *,
    egress: EgressSettings | None = None,
    log: ChangeLog | None = None,
    watch_key: bytes = b"",
    processes: int = 1,
    clock: Clock | None = None,
) -> Service:
    """The service over the data folder ``folder``; ``close`` ends its media workers.

    ``recipe`` says how uploads are looked at; its profile becomes ``web``, and a sandbox without all its
    layers is refused (decisions.md section 1). ``egress`` are the settings of the network door.
    ``watch_key`` is the supervisor's, the same for all ``processes``; without one the watch counts for this
    process alone.
    Raises Invalid for web-hooks or networks that could not work, Refused for an outside opinion without a
    legal basis, Unavailable when no media worker can be started, when the fetcher is not installed, or when
    the change log or the queue of web-hooks cannot be opened.
    """
    clock = SystemClock() if clock is None else clock
    recipe = replace(
        recipe, profile="web", rules=replace(recipe.rules or PoolRules(), lockdown_required=True)
    )
    figures = Figures()
    panel, fetches = panel_of(settings, clock=clock), fetches_of(settings, egress, metrics=figures.metrics)
    shelf = Shelf(folder, clock=clock, index=recipe.picked_index())
    changes = log_opening.open_log(settings.change_log, folder, clock=clock) if log is None else log
    shared = SharedTables(folder / TABLES, watch_key) if watch_key else None
    tables = shared or MemoryTables()
    hooks = open_hooks(
        folder,
        endpoints_of(settings),
        open_networks=settings.hook_networks,
        clock=clock,
        metrics=figures.metrics,
    )
    with suppress(Unavailable):  # the database of several machines may be away; lists answer on
        begin(changes, hooks.queue)
    audit = FileAudit(folder / AUDIT, clock=clock)
    pool = MediaPool(recipe.rules, workers=settings.media_workers)
    return Service(
        settings=settings,
        tokens=TokenBook(folder / TOKENS, clock=clock),
        shelf=shelf,
        matcher=Matcher(shelf, recipe, pool, clock=clock, look_seconds_max=settings.look_seconds_max),
        log=changes,
        watch=Watch(tables, audit=audit, metrics=figures.metrics),
        rates=Rates(tables, clock=clock, share=1 if shared else 1 / max(1, processes)),
        hooks=hooks,
        panel=panel,
        fetches=fetches,
        figures=figures,
        clock=clock,
        limits=recipe.limits["web"],
        processes=processes,
        folder=folder,
        figures_folder=_fresh_figures(folder, watch_key) if watch_key else None,
        also_close=tuple(getattr(one, "close", _nothing) for one in (shelf, changes, shared)),
    )


def figures_folder(folder: Path, key: bytes) -> Path:
    """Where the processes of this start of the service, which share ``key``, put their numbers."""
    tag = hmac.digest(key, b"tutela figures 1", "sha256").hex()[:_TAG_CHARACTERS]
    return folder / f"{FIGURES}-{tag}"


def _fresh_figures(folder: Path, key: bytes) -> Path:
    """The folder for the numbers; those of earlier starts are taken away."""
    chosen = figures_folder(folder, key)
    for old in folder.glob(f"{FIGURES}-*"):
        if old != chosen:
            shutil.rmtree(old, ignore_errors=True)
    return chosen


def _nothing() -> None:
    """What has no end of its own needs none."""
