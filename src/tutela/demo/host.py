"""A host on loopback that shows what it is told to, and can take it away. For demonstration and tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: The network of the demonstration's hosts (decisions.md section 8).
NETWORK = "127.77.0.0/24"
#: The address that every name under .test leads to in the demonstration.
ADDRESS = "127.77.0.10"


class Host:
    """Serves ``pages`` by path; what is taken out of it is gone (404)."""

    def __init__(self, pages: dict[str, bytes], address: str = ADDRESS) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer((address, 0), _handler(self))
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def host(pages: dict[str, bytes], address: str = ADDRESS) -> Iterator[Host]:
    """A host that runs while the block does."""
    running = Host(pages, address)
    try:
        yield running
    finally:
        running.close()


def _handler(shown: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with the page, or that there is none."""
            shown.asked.append(self.path)
            body = shown.pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            """Nothing: the demonstration says itself what happens."""

    return Handler
