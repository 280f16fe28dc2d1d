"""``tutela guard pilot receive``: the server that takes sealed reports in, and opens none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from tutela.commands.serve_match import Server
    from tutela.prevent.guard.pilot.receiving import Application

#: Where it listens by default; the clinic's front does TLS and passes on to it.
LISTEN = "127.0.0.1:8707"
#: Hands the folder down to the server's process. Not a setting.
FOLDER_VARIABLE = "_TUTELA_PILOT_FOLDER"
#: Seconds in which the server answers what it has in hand when it is to end; then it is killed.
END_SECONDS = 20


@click.command("receive", short_help="Clinic: run the server that takes sealed reports in.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--listen", default=LISTEN, show_default=True, metavar="HOST:PORT", help="Where to listen.")
def receive_command(folder: Path, *, listen: str) -> int:
    """Take sealed reports in for the study in FOLDER, which needs its file ``admitted`` and no key.

    It keeps no address and no time of the day. Put your own web server with TLS in front of it.

    \b
    Example:
      tutela guard pilot receive our-study
    """
    server = _server(folder, listen)
    click.echo(f"== reports on http://{server.bind_addr}:{server.bind_port}, kept in {folder / 'received'}")
    server.serve()
    return 0


def _server(folder: Path, listen: str) -> Server:
    """The server, not yet started. Raises Conflict, Invalid, Unavailable."""
    try:
        from granian import Granian
        from granian.constants import HTTPModes, Interfaces, Loops
    except ImportError as error:
        raise Unavailable("the extra is missing: pip install 'tutela[service]'") from error
    from tutela.processes.listening import check_free, parse_address

    address = parse_address(listen, field="--listen")
    if not address.port:
        raise Invalid("is 0; name a port here", field="--listen")
    check_free(address)
    os.environ[FOLDER_VARIABLE] = str(folder.resolve())
    server = Granian(
        "tutela.commands.guard_pilot_receive:create_app",
        address=address.host,
        port=address.port,
        interface=Interfaces.ASGI,
        loop=Loops.asyncio,
        factory=True,
        workers=1,  # one process writes
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=END_SECONDS,
    )
    return cast("Server", server)


def create_app() -> Application:
    """The application of the server's process, for granian's factory."""
    from tutela.prevent.guard.pilot.receiving import application
    from tutela.prevent.guard.pilot.store import Store
    from tutela.processes.ending import end_with_parent

    end_with_parent(os.getppid())
    store = Store(Path(os.environ[FOLDER_VARIABLE]), SystemClock())
    store.sweep()
    return application(store)
