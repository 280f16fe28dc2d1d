"""A house for the demonstration: keys, database, a sample mandate, the declared list; all four weeks ago."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tutela.config import Config
from tutela.demo.world import World
from tutela.demo.world.mailbox_server import PASSWORD
from tutela.demo.world.planted import Item
from tutela.detect.matching.build import build_files
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import write_list
from tutela.detect.media.pool import MediaPool
from tutela.hotline.takedown.settings import NoticeSettings
from tutela.kernel.clock import Clock
from tutela.kernel.custody.note_keys import SigningKey
from tutela.processes.environments import make_empty_settings
from tutela.processes.places import vault_places
from tutela.processes.working import LISTS

#: Name of the list, and of the log's own signature.
LIST_NAME, LOG_NAME = "declared-in-the-demo", "demo.test/log"
#: Files of originals that are fingerprinted at once.
_WORKERS = 2


def found_house(home: Path, settings: Config, clock: Clock) -> tuple[SigningKey, ...]:
    """The keys of the two signers, once ``home`` is founded as by ``tutela hotline init --demo``.

    Django is started, and its database is empty. Raises Unavailable, Conflict where a house is there already.
    """
    from tutela.hotline.house.checks import House
    from tutela.hotline.house.founding import found
    from tutela.hotline.ledger.actors import process
    from tutela.hotline.people.configuration import rehearsal_keys, rehearse
    from tutela.hotline.people.enactments import take_up_configuration
    from tutela.web.login_key import FILE_NAME, make_login_key

    vault = vault_places(settings.custody, home)
    house = House(
        home=home,
        vault_public=vault.public,
        vault_private=vault.private,
        login_key=home / FILE_NAME,
        clock=clock,
    )
    for _made in found(house, log_name=LOG_NAME, envelopes=vault.envelopes, make_login_key=make_login_key):
        continue
    make_empty_settings(home)
    keys = rehearsal_keys()
    rehearse(home, keys=keys, clock=clock)
    take_up_configuration(home, actor=process("operator"), clock=clock)
    return keys


def settings_of(world: World) -> dict[str, str]:
    """The settings, as variables, of a house whose letters go through the world's mail server, both ways."""
    server, port = world.mail
    mailboxes, mailbox_port = world.mailboxes
    return {
        "TUTELA_NOTICES__SERVER": server,
        "TUTELA_NOTICES__PORT": str(port),
        "TUTELA_REPLIES__SERVER": mailboxes,
        "TUTELA_REPLIES__PORT": str(mailbox_port),
        "TUTELA_REPLIES__ENCRYPTION": "none",
        "TUTELA_REPLIES__USER": NoticeSettings().from_address,
        "TUTELA_REPLIES__PASSWORD": PASSWORD,
    }


def declare(home: Path, world: World, items: Collection[Item], pool: MediaPool, clock: Clock) -> int:
    """How many originals the list in ``home`` declares known from now on: of ``items``, known or altered.

    Fingerprinted in the sandbox, as ``tutela list build`` does.
    """
    wanted = {item.name for item in items}
    folder = home / LISTS
    folder.mkdir(mode=0o700, exist_ok=True)
    with TemporaryDirectory(prefix="tutela-declared-") as name:
        paths = list(_written(Path(name), world, wanted))
        salt = secrets.token_bytes(32)
        header = ListHeader(
            name=LIST_NAME, version="1", source="tutela demo", created=clock.now(), salt=salt, approved=True
        )
        write_list(folder / f"{LIST_NAME}.tlist", header, _entries(pool, paths, salt))
    return len(paths)


def _written(folder: Path, world: World, wanted: Collection[str]) -> Iterator[Path]:
    for number, (name, data) in enumerate(world.declared()):
        if name in wanted:
            path = folder / f"{number:04d}"
            path.write_bytes(data)
            yield path


def _entries(pool: MediaPool, paths: list[Path], salt: bytes) -> Iterator[ListEntry]:
    for built in build_files(pool, paths, salt, workers=_WORKERS):
        yield from built.entries
