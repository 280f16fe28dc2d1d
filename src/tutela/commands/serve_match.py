"""``tutela serve match``: the match service, its processes and their end."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import click

from tutela.kernel.errors import Conflict, Invalid, Unavailable
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.config import Config

#: Connections that wait in the kernel for a process (our own: four times the 64 of the load bar).
BACKLOG = 256
#: Seconds between the end of a service process and the start of the next one.
RESPAWN_SECONDS = 0.5
#: Seconds in which a process answers what it has in hand when it is to end; then it is killed.
END_SECONDS = 30
#: Held by the supervisor of the one service of a data folder.
LOCK = "service.lock"


class Server(Protocol):
    """What is needed of ``granian.Granian``."""

    bind_addr: str
    bind_port: int

    def serve(self) -> None:
        """Runs the service processes until a signal ends them."""


@click.command("match", short_help="Answer over HTTP whether pictures, films and fingerprints are known.")
@click.option("--host", help="Address to listen on; default service.host (127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65_535), help="TCP port; default service.port (8702).")
@click.option("--workers", type=click.IntRange(1, 256), help="Service processes; default one per core.")
@click.pass_obj
def command(config: Path | None, /, **chosen: Any) -> int:
    """Answer over HTTP whether pictures, films and fingerprints are known.

    Lists, tokens and the change log stand in TUTELA_HOME/match; service.change_log names a database instead,
    for several machines. SIGHUP starts the processes anew one after
    the other, without a gap; SIGTERM ends the service after what it has in hand.

    \b
    Example:
      tutela serve match --port 8702
    """
    from tutela.config import load
    from tutela.detect.service.assembly import figures_folder
    from tutela.detect.service.fetched import fetches_of
    from tutela.detect.service.follower_process import FollowerProcess, Receivers
    from tutela.detect.service.hook_opening import endpoints_of
    from tutela.detect.service.log_opening import prove_log
    from tutela.detect.service.outside.asking import panel_of
    from tutela.detect.service.stored import check_stored

    settings = load(config)
    endpoints = endpoints_of(settings.service)
    panel_of(settings.service)  # refused here, not in each process
    fetches_of(settings.service, settings.egress)  # as is this
    folder = _data_folder()
    with only_one(folder):
        check_stored(folder)
        key = _hand_down(config)
        server = _server(settings, **chosen)
        receivers = Receivers(
            endpoints=endpoints,
            open_networks=tuple(settings.service.hook_networks),
            figures=figures_folder(folder, key),
        )
        if not prove_log(settings.service.change_log, folder):
            click.echo(
                "the change log is away: questions are answered, changes wait until it is back", err=True
            )
        with FollowerProcess(folder, receivers, settings.service.change_log):
            click.echo(f"== match service on http://{server.bind_addr}:{server.bind_port}, data in {folder}")
            server.serve()
    return 0


def _data_folder() -> Path:
    """TUTELA_HOME/match, made with mode 0700 where it is missing. Raises Unavailable."""
    from tutela.detect.service.private_folder import make_private

    folder = home() / "match"
    try:
        make_private(folder)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be made: {error.strerror}") from error
    return folder


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """A block in which no other service starts on this data folder. Raises Conflict, Unavailable.

    Two of them would each give every caller its whole limits, and take one another's counts away.
    """
    from tutela.detect.service.locks import open_lock

    try:
        lock = open_lock(folder / LOCK)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be written: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"another match service runs on {folder}") from error
        yield


def _hand_down(config: Path | None) -> bytes:
    """The key that this start's processes share, put into the environment that they inherit.

    So is the place of the settings file. The key is made anew at every start and stands nowhere else.
    """
    from tutela.commands.serve_process import KEY_VARIABLE
    from tutela.detect.service.tables import KEY_BYTES

    if config is not None:
        os.environ["TUTELA_CONFIG"] = str(config.resolve())
    key = secrets.token_bytes(KEY_BYTES)
    os.environ[KEY_VARIABLE] = key.hex()
    return key


def _server(settings: Config, *, host: str | None, port: int | None, workers: int | None) -> Server:
    """The server, not yet started. Raises Unavailable without the extra ``service``."""
    try:
        from granian import Granian
        from granian.constants import HTTPModes, Interfaces, Loops
    except ImportError as error:
        raise Unavailable("the extra is missing: pip install 'tutela[service]'") from error
    from tutela.commands.serve_process import WORKERS_VARIABLE
    from tutela.detect.scan.recipe import cores

    service = settings.service
    chosen_port = service.port if port is None else port
    if not chosen_port:
        raise Invalid("is 0; name a port here, or use port 0 in tests only", field="service.port")
    count = workers or service.workers or cores()
    os.environ[WORKERS_VARIABLE] = str(count)
    _check_free(host or service.host, chosen_port)
    server = Granian(
        "tutela.commands.serve_process:create_app",
        address=host or service.host,
        port=chosen_port,
        interface=Interfaces.ASGI,
        loop=Loops.asyncio,  # the one that is tested, whichever others are installed
        factory=True,
        workers=count,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
        workers_kill_timeout=END_SECONDS,
    )
    return cast("Server", server)


def _check_free(host: str, port: int) -> None:
    """Raises Conflict when somebody listens there: the server itself would share the port (SO_REUSEPORT) and
    answer every other question of the other service.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(f"{host}, port {port}, cannot be listened on: {error.strerror}") from error
