"""What is left to do after ``tutela init``: each a command, and only what is not done yet. No command itself.

Django must have been started, and the house founded.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tutela.commands.hotline_places import house_of
from tutela.commands.init_checks import is_here
from tutela.commands.signed_papers import configuration_folder, known_chain
from tutela.config import Config
from tutela.kernel.errors import Refused
from tutela.kernel.settings import DELIMITER

if TYPE_CHECKING:
    from tutela.kernel.signing.signed_files import SignedFile

#: Administrators that a house needs: the second one helps when the first has lost a passkey.
#: Source: docs/how-to/staff.md.
_ADMINISTRATORS = 2


#: Characters of a line, as a terminal shows it.
_WIDTH = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Founded:
    """The house that was founded: its settings, TUTELA_HOME, the secrets folder where one is named."""

    settings: Config
    home: Path
    secrets: Path | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing to do, in words, and the commands that do it."""

    words: str
    commands: tuple[str, ...]


def steps(house: Founded) -> list[Step]:
    """What is to be done next, in order."""
    return [step for look in _LOOKS for step in look(house)]


def shown(found: list[Step]) -> Iterator[str]:
    """The steps as numbered lines."""
    for number, step in enumerate(found, 1):
        yield textwrap.fill(step.words, _WIDTH, initial_indent=f"{number:2}. ", subsequent_indent="    ")
        yield from (f"      {command}" for command in step.commands)


def _secrets(house: Founded) -> Iterator[Step]:
    missing = [name.replace(".", DELIMITER) for name in _unknown_secrets(house.settings)]
    if missing and house.secrets is None:
        yield Step(
            words="Name a folder for secrets, closed to others; each command has to be told of it.",
            commands=("mkdir -m 700 secrets", 'export TUTELA_SECRETS="$PWD/secrets"'),
        )
    for name in missing:
        yield Step(
            words=f"Write the secret {name}: type it, then Return and Ctrl-D.",
            commands=(f'(umask 077; cat > "$TUTELA_SECRETS/{name}")',),
        )


def _unknown_secrets(settings: Config) -> Iterator[str]:
    """Secrets without which something that is set cannot work."""
    for room in ("notices", "replies", "reports_by_mail"):
        values = getattr(settings, room)
        if values.user and not values.password.get_secret_value():
            yield f"{room}.password"
    if settings.alerts.hook and not settings.alerts.hook_secret.get_secret_value():
        yield "alerts.hook_secret"
    if settings.hotline.oidc.issuer and not settings.hotline.oidc.client_secret.get_secret_value():
        yield "hotline.oidc.client_secret"


def _shares(house: Founded) -> Iterator[Step]:
    from tutela.kernel.clock import SystemClock
    from tutela.kernel.custody.key_files import FileKeyStore

    places = house_of(house.settings, house.home)
    keys = FileKeyStore(places.vault_public, places.vault_private, SystemClock())
    if keys.current().split is None:
        yield Step(
            words="Split the vault's key, and give each share to another person (how-to/keys.md): a key"
            " without shares is lost with its disk.",
            commands=("tutela keys split --need 2 --of 3",),
        )


def _signers(_house: Founded) -> Iterator[Step]:
    if known_chain() is None:
        yield Step(
            words="Name who signs for the house (how-to/mandate.md): each makes a key on a machine of their"
            " own, and gives you the line that it prints.",
            commands=(
                "tutela signers key NAME --keys FOLDER",
                "tutela signers init --need 2 KEY KEY KEY",
                "tutela signers enact signers-1.toml",
            ),
        )


def _papers(_house: Founded) -> Iterator[Step]:
    """Mandate and quorum: what the house signs before anything starts."""
    from tutela.hotline.people.mandate.reading import MANDATE
    from tutela.hotline.people.quorum.reading import QUORUM
    from tutela.kernel.clock import SystemClock

    papers: tuple[tuple[str, str, SignedFile[Any]], ...] = (
        ("mandate", "police-first", MANDATE),
        ("quorum", "small", QUORUM),
    )
    for word, sample, kind in papers:
        try:
            configuration_folder().read(kind, SystemClock())
        except Refused:
            yield _paper(word, sample)


def _paper(word: str, sample: str) -> Step:
    return Step(
        words=f"Make a {word} of the nearest sample, have it signed, put it in force (how-to/mandate.md).",
        commands=(
            f"tutela {word} sample {sample} > {word}.toml",
            f"tutela {word} check {word}.toml",
            f"tutela {word} sign {word}.toml --keys FOLDER",
            f"tutela {word} enact {word}.toml",
        ),
    )


def _rehearsal(house: Founded) -> Iterator[Step]:
    from tutela.hotline.people.configuration import configuration_in_force

    with suppress(Refused):
        if configuration_in_force(house.home).mandate.rehearsal:
            yield Step(
                words="The mandate in force is a sample, for looking round: a real house is founded in a"
                " folder of its own, without --demo.",
                commands=("TUTELA_HOME=FOLDER tutela init",),
            )


def _staff(_house: Founded) -> Iterator[Step]:
    from tutela.hotline.people.queries import people

    known = [one for one in people() if "administrator" in one.roles and one.state != "left"]
    if len(known) < _ADMINISTRATORS:
        yield Step(
            words=f"Invite staff, {_ADMINISTRATORS} administrators first ({len(known)} so far): each link"
            " lets one person in (how-to/staff.md).",
            commands=('tutela people invite "NAME" MAILBOX --role administrator',),
        )


def _backup(_house: Founded) -> Iterator[Step]:
    from tutela.hotline.ledger.queries import last_time

    if last_time("backup_begun") is None:
        yield Step(
            words="Make a key for backups, keep it off this machine, back up every night (how-to/backup.md).",
            commands=("tutela backup --new-key backup.key", "tutela backup FILE --to AGE1..."),
        )


def _always(house: Founded) -> Iterator[Step]:
    yield Step(words="See whether everything is there.", commands=("tutela hotline check",))
    yield Step(words="Start it.", commands=("tutela up",))
    yield _front(house.settings)
    yield _letters(house.settings)
    yield Step(
        words="Ask every day whether it may be trusted, and do what it says (how-to/operate-hotline.md).",
        commands=("tutela doctor",),
    )


def _front(settings: Config) -> Step:
    hotline = settings.hotline
    if is_here(urlsplit(hotline.public_url).hostname or ""):
        return Step(
            words="Its pages are reached on this machine alone. For others: name public_url and desk_url in"
            " the settings (https), and the portal's hosts.",
            commands=(f"curl --head {hotline.public_url}/",),
        )
    return Step(
        words=f"Put a proxy in front that speaks TLS: {hotline.public_url} leads to {hotline.public_listen},"
        f" {hotline.desk_url} to {hotline.desk_listen}.",
        commands=(f"curl --head {hotline.public_url}/", f"curl --head {hotline.desk_url}/"),
    )


def _letters(settings: Config) -> Step:
    box = settings.notices.test_mailbox
    goes = f" Until you empty notices.test_mailbox every letter goes to {box} alone." if box else ""
    country = f" --country {settings.notices.country}" if settings.notices.country else ""
    return Step(
        words=f"Read the letters in each language before the first one goes out (how-to/notices.md).{goes}",
        commands=(f"tutela notices sample{country}",),
    )


_LOOKS: tuple[Callable[[Founded], Iterator[Step]], ...] = (
    _secrets,
    _shares,
    _signers,
    _papers,
    _rehearsal,
    _staff,
    _backup,
    _always,
)
