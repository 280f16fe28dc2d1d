"""``tutela plugins``: what is installed in each slot, and what of it is enabled."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from tutela.config import Config, load
from tutela.kernel.errors import TutelaError
from tutela.kernel.slots import Plugin, Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotPlace:
    """Where a slot is declared, and the setting that enables its plug-ins by name."""

    module: str
    setting: str

    def slot(self) -> Slot[object]:
        """The slot itself, imported now."""
        slot: Slot[object] = import_module(self.module).SLOT
        return slot

    def enabled(self, config: Config) -> tuple[str, ...]:
        """The enabled names, from the settings in force."""
        value: Any = reduce(getattr, self.setting.split("."), config)
        return (value,) if isinstance(value, str) else tuple(value)


#: Every slot by its entry-point group.
SLOTS: Mapping[str, SlotPlace] = {
    "tutela.hashers": SlotPlace(module="tutela.detect.fingerprints.contract", setting="fingerprints.hashers"),
    "tutela.indexes": SlotPlace(module="tutela.detect.matching.contract", setting="matching.index"),
    "tutela.engines": SlotPlace(module="tutela.detect.scan.engine_contract", setting="scan.engine"),
    "tutela.opinions": SlotPlace(
        module="tutela.detect.service.outside.opinion_contract", setting="service.opinions"
    ),
    "tutela.guard_classifiers": SlotPlace(
        module="tutela.prevent.guard.classes.contract", setting="guard.classifiers"
    ),
    "tutela.fetchers": SlotPlace(module="tutela.kernel.egress.fetcher_contract", setting="egress.fetcher"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the answer. ``check`` is ``not run``, ``kept``, or what is broken."""

    group: str
    name: str
    installed: bool
    enabled: bool
    version: str
    distribution: str
    check: str


@click.command(short_help="Show what is installed and what is enabled.")
@click.option("--check", is_flag=True, help="Run the contract check of each enabled plug-in.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def command(config: Path | None, check: bool, as_json: bool) -> int:  # noqa: FBT001 - click passes flags so
    """Show what is installed in each slot, and what of it is enabled.

    Installed is not enabled: a plug-in runs only when the settings name it. Exit code 3 when an enabled
    plug-in is missing or breaks the contract of its slot.

    \b
    Example:
      tutela plugins --check
    """
    rows = list(_rows(load(config), check=check))
    for row in rows:
        click.echo(json.dumps(asdict(row)) if as_json else _line(row))
    return 3 if any(row.enabled and row.check not in ("not run", "kept") for row in rows) else 0


def _rows(config: Config, *, check: bool) -> Iterator[Row]:
    for group, place in SLOTS.items():
        slot, enabled = place.slot(), place.enabled(config)
        installed = {plugin.name: plugin for plugin in slot.installed()}
        for name in sorted({*installed, *enabled}):
            yield _row(slot, installed.get(name), group, name, enabled=name in enabled, check=check)


def _row(
    slot: Slot[object], plugin: Plugin | None, group: str, name: str, *, enabled: bool, check: bool
) -> Row:
    return Row(
        group=group,
        name=name,
        installed=plugin is not None,
        enabled=enabled,
        version=plugin.version if plugin else "",
        distribution=plugin.distribution if plugin else "",
        check=_check(slot, name) if enabled and (check or plugin is None) else "not run",
    )


def _check(slot: Slot[object], name: str) -> str:
    try:
        plugin = slot.load(name)
    except TutelaError as error:
        return error.public_message()
    if callable(close := getattr(plugin, "close", None)):
        close()
    return "kept"


def _line(row: Row) -> str:
    state = "enabled" if row.enabled else "installed, not enabled"
    if not row.installed:
        state = "enabled, NOT INSTALLED"
    check = "" if row.check == "not run" else f"  contract: {row.check}"
    return f"{row.group:<18} {row.name:<12} {row.version:<10} {row.distribution:<16} {state}{check}"
