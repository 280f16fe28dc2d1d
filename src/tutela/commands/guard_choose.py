"""``tutela guard choose``: the person changes what is on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.guard_device import (
    check_models,
    chosen_policy,
    folder_option,
    its_choices,
    its_folder,
    policy_options,
    told_policy,
    told_waits,
)
from tutela.kernel.errors import Refused

if TYPE_CHECKING:
    from tutela.prevent.guard.person.folder import Folder


@click.command("choose", short_help="Change what is on: stricter at once, looser after your delay.")
@folder_option
@policy_options
@click.option("--model", "models", multiple=True, metavar="NAME", help="A model behind --classifier.")
@click.option("--take-back", metavar="FIELD", help="Take back a wish that waits.")
def command(*, folder: Path | None, models: tuple[str, ...], take_back: str | None, **chosen: Any) -> int:
    """Change what is on. What is stricter holds at once, what is looser waits as long as you chose.

    \b
    Example:
      tutela guard choose --films blocked --never bank.example
    """
    found = its_folder(folder)
    choices = its_choices(found)
    if take_back:
        _take_back(found, take_back)
    if models:
        _name_models(found, models)
    before = choices.policy()
    wanted = chosen_policy(before, **chosen)
    check_models(before, wanted, found)
    policy, waits = choices.ask(wanted)
    if policy.keep_nothing:  # also where a call before this one was killed, or met a disk that failed
        _forget(found)
    click.echo("\n".join(["on now:", *told_policy(policy)]))
    if waits.waiting:
        click.echo("\n".join(["what waits:", *told_waits(waits)]))
    return 0


def _take_back(folder: Folder, field: str) -> None:
    choices = its_choices(folder)
    keys = [one.key for one in choices.waits().waiting if field in {one.field, one.value}]
    if not keys:
        raise Refused(f"nothing of this name waits: {field}")
    for key in keys:
        choices.take_back(key)


def _forget(folder: Folder) -> None:
    """What was kept goes now, and not only once a guard runs."""
    from tutela.prevent.guard.person.counters import forget_counts
    from tutela.prevent.guard.person.diary import forget_entries

    forget_counts(folder)
    forget_entries(folder)


def _name_models(folder: Folder, models: tuple[str, ...]) -> None:
    """Adding a model tightens; the ones that are named already stay."""
    from tutela.prevent.guard.classes.chosen import read_classes, render_classes
    from tutela.prevent.guard.classes.contract import SLOT
    from tutela.prevent.guard.person.folder import CLASSES

    for name in models:
        SLOT.load(name).close()
    folder.write(CLASSES, render_classes([*read_classes(folder), *models]))
