"""``tutela guard setup``: read, agree, choose; then the guard is on this device."""

from __future__ import annotations

import locale
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.guard_add_list import check_list, put_list
from tutela.commands.guard_device import check_models, chosen_policy, policy_options, this_device, told_policy
from tutela.commands.guard_help import show_help
from tutela.kernel.errors import Conflict, Refused

if TYPE_CHECKING:
    from tutela.prevent.guard.person.discretion import Discretion
    from tutela.prevent.guard.person.policy import Policy
    from tutela.prevent.guard.person.words import Words

#: The options that say how it is set on the device.
_PLACE = ("port", "page_port", "upstream", "desktop_keys", "whole_device", "trust_by_hand")
_file = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("setup", short_help="Read what it does, agree, and set it up on this device.")
@click.option("--language", metavar="CODE", help="en, es, pt, fr, de or nl; else that of the device.")
@click.option("--name", type=click.IntRange(1, 3), default=1, help="Under which of the plain names it runs.")
@click.option("--list", "lists", type=_file, multiple=True, metavar="FILE", help="A sealed list.")
@click.option("--trust", type=_file, metavar="FILE", help="Who may publish and approve the lists.")
@click.option("--prints-key", type=_file, metavar="FILE", help="The key of PDQ values, if a list has some.")
@click.option("--model", "models", multiple=True, metavar="NAME", help="A model for unknown pictures.")
@policy_options
@click.option(
    "--port", type=click.IntRange(1024, 65535), default=8704, show_default=True, help="Where it listens."
)
@click.option(
    "--page-port",
    type=click.IntRange(1024, 65535),
    default=8705,
    show_default=True,
    help="Where your page is.",
)
@click.option("--upstream", default="", metavar="HOST:PORT", help="A proxy that is there: the next stop.")
@click.option("--desktop-keys", is_flag=True, help="Keep the key in the desktop's store of passwords.")
@click.option("--whole-device", is_flag=True, help="For all of this device's programs; needs root.")
@click.option("--trust-by-hand", is_flag=True, help="You import the certificate into browsers yourself.")
def command(**chosen: Any) -> int:
    """Read what the guard does, agree, and set it up on your own device, under a plain name.

    Nothing is changed before you agree, and whatever is changed is given back when you leave. Close your
    browsers first. At least a list (--list with --trust), a model (--model) or --adult says what it blocks.

    \b
    Example:
      tutela guard setup --list devices.tdevice --trust devices.trust
    """
    from tutela.kernel.clock import SystemClock
    from tutela.prevent.guard.person.consent import agreed
    from tutela.prevent.guard.person.discretion import offered
    from tutela.prevent.guard.person.sealing import new_keys
    from tutela.prevent.guard.person.words import words_for
    from tutela.prevent.guard.system import service
    from tutela.prevent.guard.system.proxy_ways import OurProxy
    from tutela.prevent.guard.system.setting_up import Wishes, set_up

    words = words_for(chosen.pop("language") or _language())
    lists, models = chosen.pop("lists"), chosen.pop("models")
    trust, key = chosen.pop("trust"), chosen.pop("prints_key")
    where = {name: chosen.pop(name) for name in _PLACE}
    names = offered()[chosen.pop("name") - 1]
    policy = first_policy(lists, models, **chosen)
    check_lists(lists, trust, key)
    check_port(where["port"], words)
    if not consented(words):
        return 0
    show_choices(names, policy)
    wishes = Wishes(
        policy=policy,
        names=names,
        consent=agreed(words.language, SystemClock()),
        keys=new_keys(asked_passphrase()),
        classes=tuple(models),
        proxy=OurProxy(port=where["port"]),
        page_port=where["page_port"],
        upstream=where["upstream"],
        key_place="desktop" if where["desktop_keys"] else "file",
        whole_device=where["whole_device"],
        trust_by_hand=where["trust_by_hand"],
    )
    device = this_device()
    folder = set_up(wishes, device, SystemClock())
    for path in lists:
        put_list(folder, path, trust, key)
    service.begin(device.programs, names)
    click.echo(f"it is set up in {folder.path}; start your browser anew")
    click.echo("where your page is: tutela guard status")
    return 0


def first_policy(lists: Sequence[Path], models: Sequence[str], **chosen: Any) -> Policy:
    """The policy of the set-up. Raises Refused where nothing would be blocked."""
    from tutela.prevent.guard.person.policy import Policy

    known = chosen.pop("known_lists")
    start = Policy(known_lists=bool(lists) if known is None else known, classifier=bool(models))
    policy = chosen_policy(start, known_lists=None, **chosen)
    if not (policy.known_lists or policy.classifier or policy.adult):
        raise Refused("nothing would be blocked: give a list (--list, --trust), a model (--model) or --adult")
    if policy.known_lists and not lists:
        raise Refused("known pictures need a list: --list, --trust")
    if policy.classifier and not models:
        raise Refused("name the model: --model")
    check_models(None, policy)
    return policy


def check_lists(lists: Sequence[Path], trust: Path | None, key: Path | None) -> None:
    """Returns where every list can be opened, before anything is asked or changed."""
    for path in lists:
        if trust is None:
            raise Refused("say who may publish and approve the lists: --trust")
        check_list(path, trust, key)


def check_port(port: int, words: Words) -> None:
    """Returns where the port is free, or this person's own guard is there to say more. Raises Conflict.

    Browsers that are sent to the guard of somebody else would show what that person has passed.
    """
    from tutela.prevent.guard.person.folder import find
    from tutela.prevent.guard.system.proxies import is_free

    if find(this_device().data_home) is None and not is_free(port):
        raise Conflict(f"{words.say('told.other_user')} (--port)")


def consented(words: Words) -> bool:
    """Whether the person agreed, after all of the text; whoever was made to gets help instead."""
    from tutela.prevent.guard.person.consent import paragraphs

    click.echo("\n\n".join(paragraphs(words.language)) + "\n")
    said = ("consent.yes", "consent.no", "consent.made_to_exit")
    answers = {str(number): words.say(one) for number, one in enumerate(said, 1)}
    for number, answer in answers.items():
        click.echo(f"  {number}  {answer}")
    answer = click.prompt("", type=click.Choice(list(answers)), show_choices=False, prompt_suffix="> ")
    if answer == "3":
        show_help(words.language)
    return bool(answer == "1")


def show_choices(names: Discretion, policy: Policy) -> None:
    """What will be set, under which name."""
    click.echo("\n".join([f"name: {names.name}", *told_policy(policy)]))


def asked_passphrase() -> str:
    """The passphrase of counts, diary and page, typed twice."""
    said: str = click.prompt("passphrase (10 characters or more)", hide_input=True, confirmation_prompt=True)
    return said


def _language() -> str:
    return (locale.getlocale()[0] or "en").partition("_")[0]
