"""How a request is changed before it leaves: whole answers only, in encodings that can be undone.

A piece of a picture or film cannot be ruled on, so nobody is asked for one: a server that is not asked for a
range sends the whole (RFC 9110 section 14.2), and a browser takes it. A copy that the browser kept is not
revalidated either: it may be older than the guard.
"""

from __future__ import annotations

from typing import Final

from mitmproxy.http import Headers

from tutela.prevent.guard.proxy.decoding import OFFERED

_CONDITIONS: Final = ("If-None-Match", "If-Modified-Since")
_RANGES: Final = ("Range", "If-Range")
#: Destinations (Fetch Metadata) whose answers are sound and may come in ranges.
_IN_RANGES: Final = frozenset({"audio", "track"})
#: Offers of compression against an older answer (RFC 9842), which is not at hand here.
_DICTIONARIES: Final = ("Available-Dictionary", "Dictionary-ID")


def destination(headers: Headers) -> str:
    """What the browser says it wants the answer for; empty where it does not say."""
    return str(headers.get("Sec-Fetch-Dest", "")).strip().lower()


def ask_whole(headers: Headers) -> None:
    """Takes out of a request what would bring back less than a whole, readable answer."""
    drop = [*_CONDITIONS, *_DICTIONARIES]
    if destination(headers) not in _IN_RANGES:
        drop += _RANGES
    for name in drop:
        headers.pop(name, None)
    headers["Accept-Encoding"] = _offered(headers.get("Accept-Encoding", "identity"))


def _offered(header: str) -> str:
    """Of what the browser offers only what can be undone here."""
    asked = {one.partition(";")[0].strip().lower(): one.strip() for one in header.split(",")}
    return ", ".join(asked[name] for name in OFFERED if name in asked) or "identity"
