"""What ``tutela serve public`` and ``tutela serve desk`` share: Django's pages over WSGI, by granian."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tutela.kernel.cores import forbid_cores
from tutela.kernel.errors import Invalid, Unavailable
from tutela.processes.ending import end_with_parent
from tutela.processes.listening import Address, check_free
from tutela.processes.starting import share_secrets

if TYPE_CHECKING:
    from tutela.commands.serve_match import Server

#: Requests that one process answers at the same time. SQLite has one writer, and pages are short (our own).
THREADS = 4
#: Seconds in which a process answers what it has in hand when it is to end; then it is killed.
END_SECONDS = 20


def serve(site: str, address: Address, config: Path | None) -> Server:
    """The server of a site (``public``, ``desk``), not yet started. Raises Conflict, Invalid, Unavailable."""
    try:
        from granian import Granian
        from granian.constants import HTTPModes, Interfaces
    except ImportError as error:
        raise Unavailable("the extra is missing: pip install 'tutela[hotline]'") from error

    forbid_cores()
    if not address.port:
        raise Invalid("is 0; name a port here", field=f"hotline.{site}_listen")
    if config is not None:
        os.environ["TUTELA_CONFIG"] = str(config.resolve())
    share_secrets()
    check_free(address)
    server = Granian(
        f"tutela.commands.serve_site:create_{site}",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,  # tutela's own log has ids and words only
        respawn_failed_workers=True,
        workers_kill_timeout=END_SECONDS,
    )
    return cast("Server", server)


def create_public() -> Any:
    """The application of the public process, for granian's factory."""
    from tutela.web.applications import public_application

    end_with_parent(os.getppid())
    application = public_application()
    from tutela.hotline.cases.actions.openings import close_connection
    from tutela.hotline.database_clock import ClockGuard

    ClockGuard().report()  # said, and no more: reports are taken in by any clock
    close_connection()
    return application


def create_desk() -> Any:
    """The application of the desk, for granian's factory."""
    from tutela.web.applications import desk_application

    end_with_parent(os.getppid())
    return desk_application()
