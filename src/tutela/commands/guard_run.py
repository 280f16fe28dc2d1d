"""``tutela guard run``: the guard in this process."""

from __future__ import annotations

import signal
import threading
from ipaddress import ip_address, ip_network
from pathlib import Path

import click

from tutela.commands.guard_device import folder_option, its_folder
from tutela.kernel.errors import Invalid, Refused, Unavailable

#: Seconds between two looks whether it still serves.
LOOK_SECONDS = 0.5


@click.command("run", short_help="Run it here, until it is ended.")
@folder_option
@click.option("--port", type=click.IntRange(0, 65535), help="Another port than the one that was set up.")
@click.option(
    "--listen",
    metavar="ADDRESS",
    help="Serve other devices of a household or clinic too, on this address of this machine.",
)
@click.option(
    "--trusted",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Certificates (PEM) that sites are checked against, instead of the device's own.",
)
def command(*, folder: Path | None, port: int | None, listen: str | None, trusted: Path | None) -> int:
    """Run the guard of this device until it gets SIGTERM or SIGINT.

    The set-up has it started with every session; this is for a device without such a start, and for trying.

    \b
    Example:
      tutela guard run
    """
    found = its_folder(folder)
    try:
        from tutela.prevent.guard.running.guard import RunningGuard, Start
    except ModuleNotFoundError as error:
        raise Unavailable(
            f"the guard runs in an environment of its own, and {error.name} is not in this one"
            ' (make .venv-guard, or pip install "tutela[guard]")'
        ) from error
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    host = own_address(listen) if listen else "127.0.0.1"
    with RunningGuard(Start(folder=found, port=port, trusted=trusted, host=host)) as guard:
        click.echo(f"it runs: {host}:{guard.port}, your page: {guard.address}")
        while guard.alive and not ending.wait(LOOK_SECONDS):
            pass
        ended_by_itself = not guard.alive
    if ended_by_itself:
        raise Unavailable("it ended by itself; whoever started it starts it again")
    return 0


def own_address(untrusted: str) -> str:
    """An address of a private network (RFC 1918, RFC 4193, loopback). Raises Invalid, Refused for any other.

    An open proxy on the internet would carry strangers' connections.
    """
    try:
        address = ip_address(untrusted)
    except ValueError as error:
        raise Invalid("an IP address of this machine", field="--listen") from error
    if not any(address in network for network in _PRIVATE if network.version == address.version):
        raise Refused("only an address of a private network: anybody who reaches it could use it as a proxy")
    return str(address)


_PRIVATE = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)
