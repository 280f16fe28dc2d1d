"""A real browser in the hall: pages that lead everywhere, and what it met on its way.

``unshare -rnm python -m proofs.browser_hall guarded``: Chromium with the product's proxy and arguments.
``free``: the same Chromium without them, which shows that the pages would lead to forbidden places.
"""

from __future__ import annotations

import html
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Literal

from proofs.ssrf_hall import Hall, NameServer, forbidden_of, prepare_network
from proofs.ssrf_vectors import GOOD, Answers, vectors
from tutela.kernel.egress.browser_proxy import BrowserProxy, browser_arguments
from tutela.kernel.egress.guarding import Guard

Mode = Literal["guarded", "free"]
#: Vectors on one page, and seconds that the browser gets for it.
PER_PAGE, PAGE_SECONDS = 50, 6
#: Where WebRTC and QUIC would go, over UDP.
UDP_PORTS = (443, 3478, 19302)
#: A name that only a browser asks for by itself: a hint to look it up, which no proxy is told.
HINT = "only-a-hint.test"
#: How a page makes a browser go somewhere, in turn.
WAYS = (
    '<img src="{0}">', '<iframe src="{0}"></iframe>', '<script src="{0}"></script>',
    '<link rel="stylesheet" href="{0}">', '<video src="{0}" autoplay></video>',
    '<object data="{0}"></object>',
    '<link rel="preload" as="image" href="{0}">', '<link rel="preconnect" href="{0}">',
    '<script>fetch("{0}",{{mode:"no-cors"}}).catch(e=>0)</script>',
    '<script>try{{new WebSocket("{0}".replace("http","ws"))}}catch(e){{}}</script>',
    '<script>try{{new EventSource("{0}")}}catch(e){{}}</script>',
    '<script>navigator.sendBeacon("{0}","x")</script>',
    '<form action="{0}" method="post" target="f{1}"></form><iframe name="f{1}"></iframe>'
    "<script>document.forms[document.forms.length-1].submit()</script>",
)  # fmt: skip
STUN = """<script>
const pc = new RTCPeerConnection({iceServers: [
  {urls: "stun:10.1.2.3:3478"}, {urls: "stun:169.254.169.254:19302"},
  {urls: "turn:10.1.2.3:443", username: "u", credential: "c"}]});
pc.createDataChannel("x"); pc.createOffer().then(o => pc.setLocalDescription(o));
</script>"""


class Datagrams:
    """Counts datagrams to the ports that browsers use beside HTTP, at any address."""

    def __init__(self) -> None:
        self.count = 0
        for port in UDP_PORTS:
            listener = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            listener.bind(("::", port))
            threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            listener.recvfrom(2_048)
            self.count += 1


def pages() -> Iterator[str]:
    """Pages that lead to every vector, each in one of the ways, and to a good picture."""
    urls = [vector.url for vector in vectors()]
    for first in range(0, len(urls), PER_PAGE):
        tags = (
            WAYS[number % len(WAYS)].format(html.escape(url, quote=True), number)
            for number, url in enumerate(urls[first : first + PER_PAGE], first)
        )
        hint = f'<link rel="dns-prefetch" href="//{HINT}">'
        yield f"<!doctype html>{hint}<img src='http://good.test/picture'>{''.join(tags)}{STUN}"


def run(mode: Mode) -> dict[str, Any]:
    """What the browser met."""
    prepare_network()
    zone: dict[str, Answers] = {"good.test": [GOOD[:1]], HINT: [GOOD[:1]]}
    for vector in vectors():
        zone.update(vector.zone)
    shown = {f"/page/{number}": page.encode() for number, page in enumerate(pages())}
    hall, names, datagrams = Hall(shown), NameServer(zone), Datagrams()
    with ExitStack() as held:
        proxy = held.enter_context(BrowserProxy(Guard())) if mode == "guarded" else None
        for path in shown:
            browse(f"http://good.test{path}", browser_arguments(proxy.port) if proxy else ())
        time.sleep(0.3)
        refused = dict(proxy.refused) if proxy else {}
    # The browser's own way to the proxy is no meeting.
    met = [one for one in hall.taken() if proxy is None or one != ("127.0.0.1", proxy.port)]
    return {
        "pages": len(shown),
        "forbidden": forbidden_of(met),
        "good": sum(address in GOOD for address, _ in met),
        "datagrams": datagrams.count,
        "hints": names.asked(HINT),
        "refused": refused,
    }


def browse(url: str, arguments: tuple[str, ...]) -> None:
    """Has Chromium show one page, in a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                *("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
                *(f"--user-data-dir={profile}", f"--timeout={PAGE_SECONDS * 1_000}", "--dump-dom"),
                *arguments,
                url,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )


if __name__ == "__main__":
    chosen: Any = sys.argv[1]
    print(json.dumps(run(chosen)))
