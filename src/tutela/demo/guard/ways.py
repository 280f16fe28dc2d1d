"""The ways on which pictures come, by the names of the coverage table (``prevent.guard.proxy.coverage``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tutela.demo.guard import deliveries, filmed, scripted, wrappings
from tutela.demo.guard.deliveries import Deliver


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way. ``ruled``: harmless pictures come through on it; else all of them are held on it.

    ``stricter``: it is of a person who has films blocked; on all others films are checked.
    """

    deliver: tuple[Deliver, ...]
    ruled: bool = True
    stricter: bool = False


def _ruled(*deliver: Deliver) -> Way:
    return Way(deliver=deliver)


def _held(*deliver: Deliver) -> Way:
    return Way(deliver=deliver, ruled=False)


#: Every row of the table that claims ``before``; several deliveries of one way take turns.
WAYS: Final[Mapping[str, Way]] = {
    "JPEG": _ruled(deliveries.plain("jpeg")),
    "PNG": _ruled(deliveries.plain("png")),
    "APNG": _ruled(deliveries.plain("apng")),
    "GIF, still and moving": _ruled(deliveries.plain("gif", "moving gif")),
    "WebP, still and moving": _ruled(deliveries.plain("webp", "moving webp")),
    "AVIF, still and moving": _ruled(deliveries.plain("avif", "moving avif")),
    "BMP, TIFF": _ruled(deliveries.plain("bmp")),
    "ICO and CUR, JPEG XL, HEIC, kinds that nobody knows": _ruled(deliveries.cursor),
    "a picture declared as something else, or as nothing": _ruled(deliveries.misnamed),
    "a picture under any status": _ruled(deliveries.under_status),
    "SVG with rasters inside": _ruled(wrappings.in_drawing),
    "data: in HTML": _ruled(wrappings.in_page),
    "data: in srcset": _ruled(wrappings.in_source_set),
    "data: in CSS: backgrounds, cursors, masks": _ruled(wrappings.in_style),
    "data: in JSON": _ruled(scripted.in_json),
    "base64 without data: in JSON and scripts": _ruled(scripted.bare),
    "data: in JavaScript: canvas, blob": _ruled(scripted.in_script),
    "pictures fetched by a script: canvas, blob": _ruled(scripted.fetched),
    "favicon, manifest, preload, prefetch, service worker": _ruled(deliveries.announced, scripted.by_worker),
    "multipart of a given length": _ruled(wrappings.in_parts),
    "multipart without an end: cameras": _held(wrappings.from_camera),
    "ranges that a page asks for": _ruled(scripted.in_asked_ranges),
    "ranges that come all the same": _held(deliveries.unasked_range),
    "gzip, deflate, br, zstd": _ruled(wrappings.encoded),
    "other encodings, encrypted content": _held(wrappings.in_unknown_encoding),
    "HTTP/1.1 in chunks or to the connection's end": _ruled(deliveries.in_pieces),
    "HTTP/2": _ruled(deliveries.over_http2),
    "TLS": _ruled(deliveries.elsewhere),
    "HTTP/3": _ruled(deliveries.over_http3),
    "pictures larger than are kept together": _held(deliveries.too_large),
    "a large download that is a picture": _held(deliveries.large_download),
    "signed exchanges, web bundles": _held(deliveries.sealed),
    "progressive film, where films are blocked": Way(deliver=(filmed.film,), ruled=False, stricter=True),
    "progressive film, where films are checked": _ruled(filmed.film),
    "film longer than 48 MiB, or than 12 MiB without saying so": _held(filmed.long_film),
    "film that never ends": _held(filmed.endless),
    "ranges of a film": _held(filmed.in_ranges),
    "film in data: addresses, WebSocket messages, events": _held(filmed.inside),
    "HLS and DASH lists and segments, media source, where segments are blocked": _held(filmed.in_segments),
    "WebSocket messages with a picture as it is or in base64": _held(scripted.over_socket),
    "server-sent events": _held(scripted.in_events),
}
#: What of a row no page here can show, and why: it is not claimed by the measurement.
UNSHOWN: Final[Mapping[str, str]] = {
    "BMP, TIFF": "Chromium draws no TIFF",
    "ICO and CUR, JPEG XL, HEIC, kinds that nobody knows": "Chromium draws icons alone of these",
    "signed exchanges, web bundles": "a picture declared so; a real one needs a publicly trusted signature",
    "HLS and DASH lists and segments, media source, where segments are blocked": "no lists are played",
}
