"""All processes of ``tutela up`` as parts, each with its own environment and the address it answers at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from tutela.config import Config
from tutela.kernel.fetcher.asking import SOCKET as FETCHER
from tutela.kernel.opener.asking import SOCKET as OPENER
from tutela.kernel.settings import Loaded
from tutela.kernel.visiting.asking import SOCKET as VISITOR
from tutela.processes.environments import environment_of, secrets_of
from tutela.processes.listening import Address, parse_address
from tutela.processes.map import PROCESSES, Process
from tutela.processes.places import sockets
from tutela.processes.probing import listens_at, listens_on_port
from tutela.processes.starting import python_command
from tutela.processes.supervising import Part, always

#: Sockets by process.
_SOCKETS = {"fetcher": FETCHER, "opener": OPENER, "visitor": VISITOR}


def parts_of(
    loaded: Loaded[Config],
    home: Path,
    inherited: Mapping[str, str],
    *,
    commands: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Part]:
    """Every process of the map that the settings want. ``commands`` puts whole commands in the place of
    ``tutela ...``, by name:

    for a demonstration, whose fetcher may meet this machine itself. No setting or variable leads here.
    """
    replaced = commands or {}
    return [
        _part(process, loaded, home, inherited, name=name, command=(*command, *words))
        for process in PROCESSES
        if _is_wanted(process, loaded.values)
        for command in [replaced.get(process.name) or python_command(process.command)]
        for name, words in _instances(process, loaded.values)
    ]


def _is_wanted(process: Process, settings: Config) -> bool:
    """Whether it runs: a process that a setting switches on does not without."""
    if not process.setting:
        return True
    room, _, name = process.setting.partition(".")
    return bool(getattr(getattr(settings, room), name))


def _instances(process: Process, settings: Config) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, words of the command beside) of each process of a kind: the worker is there several times."""
    yield process.name, ()
    if process.name == "worker":
        for number in range(2, settings.hotline.workers + 1):
            yield f"worker_{number}", ("--name", f"worker_{number}")


def _part(
    process: Process,
    loaded: Loaded[Config],
    home: Path,
    inherited: Mapping[str, str],
    *,
    name: str,
    command: tuple[str, ...],
) -> Part:
    made = partial(
        Part,
        name=name,
        command=command,
        environment=environment_of(process, loaded, home, inherited),
        secrets=secrets_of(process, loaded),
        first_to_end=process.first_to_end,
    )
    if process.name in _SOCKETS:
        path = sockets(home) / _SOCKETS[process.name]
        return made(address=str(path), is_ready=partial(listens_at, path))
    address = _address(process, loaded.values)
    if address is None:
        return made(is_ready=always)
    shown = _shown(process, address, loaded.values)
    return made(address=shown, is_ready=partial(listens_on_port, address.host, address.port))


def _shown(process: Process, address: Address, settings: Config) -> str:
    """Where it listens, and where people open it if that is another host: the desk answers to one name."""
    urls = {"public": settings.hotline.public_url, "desk": settings.hotline.desk_url}
    here, url = f"http://{address}", urls[process.name]
    return here if urlsplit(url).hostname == address.host else f"{here}, to be opened as {url}"


def _address(process: Process, settings: Config) -> Address | None:
    texts = {"public": settings.hotline.public_listen, "desk": settings.hotline.desk_listen}
    text = texts.get(process.name)
    return parse_address(text, field=f"hotline.{process.name}_listen") if text else None
