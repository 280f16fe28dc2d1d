"""``tutela serve public``: the pages for everybody."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("public", short_help="Take reports from the public over HTTP.")
@click.option("--listen", metavar="HOST:PORT", help="Where to listen; default hotline.public_listen.")
@click.pass_obj
def command(config: Path | None, /, *, listen: str | None) -> int:
    """Take reports from the public over HTTP.

    SIGTERM ends it after what it has in hand. It sets no cookie and reads back nothing but receipts.

    \b
    Example:
      tutela serve public --listen 127.0.0.1:8700
    """
    from tutela.commands.serve_site import serve
    from tutela.config import load_with_origin
    from tutela.processes.listening import parse_address
    from tutela.processes.map import check_possessions, process_named

    loaded = load_with_origin(config)
    check_possessions(process_named("public"), loaded.origin)
    field = "--listen" if listen else "hotline.public_listen"
    address = parse_address(listen or loaded.values.hotline.public_listen, field=field)
    server = serve("public", address, config)
    click.echo(f"== public on http://{address}")
    server.serve()
    return 0
