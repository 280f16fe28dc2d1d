"""What the network path covers: each way on which a picture can come, with a claim and why.

``before``: nothing of it is drawn before it was ruled shown. ``cut short``: it is drawn, and covered soon
after, where the person switched the screen path on. ``not covered``: it is drawn unseen by the guard, or the
guard does not know it for a picture. Each of the first two names the test that shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Claim = Literal["before", "cut short", "not covered"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """``shown_by``: the function in ``tests/prevent/guard`` that shows the claim, if one is made."""

    name: str
    claim: Claim
    how: str
    shown_by: str = ""


def _before(name: str, shown_by: str, how: str = "ruled before it goes on") -> Route:
    return Route(name=name, claim="before", how=how, shown_by=shown_by)


def _cut_short(name: str, shown_by: str, how: str) -> Route:
    return Route(name=name, claim="cut short", how=how, shown_by=shown_by)


def _not(name: str, how: str) -> Route:
    return Route(name=name, claim="not covered", how=how)


_FORMATS: Final = "test_a_picture_of_every_format"
_INSIDE: Final = "test_a_picture_inside_another_body"
_PIECES: Final = "test_a_piece_that_comes_all_the_same_is_held"
_MESSAGES: Final = "test_messages_with_pictures_are_dropped"

ROUTES: Final = (
    _before("JPEG", _FORMATS),
    _before("PNG", _FORMATS),
    _before("APNG", _FORMATS, "the judge looks at every frame"),
    _before("GIF, still and moving", _FORMATS, "the judge looks at every frame"),
    _before("WebP, still and moving", _FORMATS, "the judge looks at every frame"),
    _before("AVIF, still and moving", _FORMATS, "the judge looks at every frame"),
    _before("BMP, TIFF", _FORMATS),
    _before(
        "ICO and CUR, JPEG XL, HEIC, kinds that nobody knows",
        "test_a_plain_picture",
        "held where it cannot be read",
    ),
    _before(
        "a picture declared as something else, or as nothing", "test_a_plain_picture", "its bytes decide"
    ),
    _before("a picture under any status", "test_a_picture_under_any_status_is_held"),
    _before(
        "SVG with rasters inside",
        "test_a_drawing_passes_only_when_all_in_it_is_shown",
        "held with one that is",
    ),
    _before("data: in HTML", _INSIDE, "a blank in its place"),
    _before("data: in srcset", _INSIDE, "a blank in its place"),
    _before("data: in CSS: backgrounds, cursors, masks", _INSIDE, "a blank in its place"),
    _before("data: in JSON", _INSIDE, "a blank in its place"),
    _before("base64 without data: in JSON and scripts", _INSIDE, "a blank in its place"),
    _before("data: in JavaScript: canvas, blob", _INSIDE, "a blank in its place"),
    _before(
        "pictures fetched by a script: canvas, blob", "test_a_plain_picture", "they come by the network first"
    ),
    _before(
        "favicon, manifest, preload, prefetch, service worker",
        "test_a_plain_picture",
        "they come by the network first",
    ),
    _before("multipart of a given length", _INSIDE, "part by part"),
    _before(
        "multipart without an end: cameras",
        "test_pictures_that_never_end_are_held_at_once",
        "held as a whole",
    ),
    _before(
        "ranges that a page asks for", "test_a_range_is_asked_for_whole", "the whole is asked for instead"
    ),
    _before("ranges that come all the same", _PIECES, "held"),
    _before("gzip, deflate, br, zstd", "test_a_compressed_picture", "undone within limits"),
    _before("other encodings, encrypted content", "test_an_encoding_that_cannot_be_undone_is_held", "held"),
    _before(
        "HTTP/1.1 in chunks or to the connection's end",
        "test_a_picture_in_chunks_and_one_that_ends_with_the_connection",
    ),
    _before("HTTP/2", "test_pictures_over_http2"),
    _before("TLS", "test_pictures_over_tls"),
    _before(
        "HTTP/3",
        "test_what_leads_past_the_proxy_is_taken_out",
        "nobody is told of it; UDP is closed by the system's part",
    ),
    _before("pictures larger than are kept together", "test_what_may_be_drawn_is_held", "held"),
    _before(
        "a large download that is a picture",
        "test_a_large_picture_under_another_name_is_broken_off",
        "broken off",
    ),
    _before("signed exchanges, web bundles", "test_a_site_in_one_sealed_file_is_held", "held"),
    _before(
        "progressive film, where films are blocked", "test_films_are_held_where_they_are_not_checked", "held"
    ),
    _before(
        "progressive film, where films are checked",
        "test_a_film_is_looked_at_before_it_goes_on",
        "kept until its key frames were ruled shown, and one a second where these are far apart",
    ),
    _before(
        "film longer than 48 MiB, or than 12 MiB without saying so",
        "test_a_film_longer_than_other_bodies_is_kept_whole",
        "held",
    ),
    _before("film that never ends", "test_a_film_without_an_end_is_held", "held"),
    _before(
        "ranges of a film",
        "test_a_piece_of_a_film_is_held",
        "the whole is asked for instead; held where a range comes all the same",
    ),
    _before(
        "film in data: addresses, WebSocket messages, events",
        "test_films_inside_other_bodies_and_under_types_of_texts_are_held",
        "a blank in its place, unruled",
    ),
    _before(
        "HLS and DASH lists and segments, media source, where segments are blocked",
        "test_pieces_of_streams_are_held_where_they_do_not_pass",
        "held",
    ),
    _before("WebSocket messages with a picture as it is or in base64", _MESSAGES, "dropped"),
    _before(
        "server-sent events",
        "test_a_stream_of_events_passes_with_blanks",
        "a blank for every picture, unruled",
    ),
    _cut_short(
        "pictures of any program on the screen, where the screen path is on",
        "test_the_screen_itself_is_veiled_and_lifted",
        "veiled once they are seen there, judged, and then shown or held; X11 alone was tested",
    ),
    _not(
        "what the browser kept from before the guard",
        "clear its cache at set-up; nothing it kept is revalidated",
    ),
    _not("hosts on the person's list", "their own choice; nothing of them is looked into"),
    _not("apps that trust their own certificates only", "put their hosts on the list, or they do not work"),
    _not(
        "pictures and films that a script puts together: from numbers, encrypted, in containers of its own",
        "no file comes",
    ),
    _not("PDF and office documents", "not opened; a download"),
    _not("archives and other downloads opened outside the browser", "not opened"),
    _not("pictures inside fonts, WebAssembly, 3D models", "not opened"),
    _not("drawings in vectors alone, CSS or letters", "nothing there is a raster"),
    _not(
        "HLS and DASH lists and segments, media source, where segments pass",
        "the person's choice; every MPEG-TS file counts as a segment",
    ),
    _not(
        "what a film shows for less than two seconds, none of it in a key frame",
        "not looked at; encoders put a key frame at a cut",
    ),
    _not("transparency in films", "their colours are looked at as if they were opaque"),
    _not("film declared as sound", "its start does not tell them apart; a film element gets none"),
    _not("WebRTC: video calls, data channels", "does not pass a proxy"),
    _not("pictures in gRPC and other calls in forms of their own", "only their start is looked at"),
    _not("files on the device, other programs' own protocols", "they do not pass the proxy"),
    _not("phones", "use the guard of a household or clinic as their proxy"),
)


def as_table() -> str:
    """The routes as a table for the manual."""
    lines = [f"| {one.name} | {one.claim} | {one.how} |" for one in ROUTES]
    return "\n".join(["| what comes | covered | how, or why not |", "|---|---|---|", *lines])
