"""``tutela serve desk``: the pages of the staff."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.kernel.settings import home


@click.command("desk", short_help="Serve the staff's pages over HTTP.")
@click.option("--listen", metavar="HOST:PORT", help="Where to listen; default hotline.desk_listen.")
@click.pass_obj
def command(config: Path | None, /, *, listen: str | None) -> int:
    """Serve the staff's pages over HTTP.

    SIGTERM ends it after what it has in hand. Passkeys are bound to the host of hotline.desk_url. Without
    mandate and quorum that enough signers signed it does not start.

    \b
    Example:
      tutela serve desk --listen 127.0.0.1:8701
    """
    from tutela.commands.serve_site import serve
    from tutela.config import load_with_origin
    from tutela.processes.configured import take_up
    from tutela.processes.listening import parse_address
    from tutela.processes.map import check_possessions, process_named

    loaded = load_with_origin(config)
    check_possessions(process_named("desk"), loaded.origin)
    field = "--listen" if listen else "hotline.desk_listen"
    address = parse_address(listen or loaded.values.hotline.desk_listen, field=field)
    server = serve("desk", address, config)
    take_up("desk", home())
    click.echo(f"== desk on http://{address}, to be opened as {loaded.values.hotline.desk_url}")
    server.serve()
    return 0
