"""The fetcher's own side: an order in, the bytes into descriptor and vault, the facts out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tutela import __version__
from tutela.kernel.channels.memory import check_memory
from tutela.kernel.clock import Clock, SystemClock, iso_utc
from tutela.kernel.custody.sealing import Sealed, Sealer
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.shapes import Fetcher, FetchRequest, Response
from tutela.kernel.egress.urls import Url, UrlError, parse_url
from tutela.kernel.errors import Refused
from tutela.kernel.fetcher.keeping import Keeping
from tutela.kernel.fetcher.orders import (
    CHARSET,
    MEDIA_TYPE,
    Fetched,
    FetchOrder,
    NotFetched,
    SealedPart,
    parse_order,
    render_answer,
)

#: Version of the sealed record of an answer.
RECORD_FORMAT = 2
#: Characters of the headers that the record keeps; beyond, long ones are cut. Our own: most have 1,000.
HEADERS_CHARACTERS_MAX = 16_384


class FetchingService:
    """Carries out orders. ``fetchers`` by vantage point; ``configuration``: SHA-256 of the settings, hex.

    ``open_url`` opens a sealed address, ``seal`` seals the record of an answer, ``sealer`` a body.
    """

    def __init__(
        self,
        fetchers: Mapping[str, Fetcher],
        sealer: Sealer,
        *,
        open_url: Callable[[bytes], str],
        seal: Callable[[str], bytes],
        configuration: str,
        clock: Clock | None = None,
    ) -> None:
        self._fetchers, self._sealer = dict(fetchers), sealer
        self._open_url, self._seal = open_url, seal
        self._configuration = configuration
        self._clock = clock or SystemClock()

    def answer(self, untrusted_message: dict[str, Any], descriptors: Sequence[int]) -> dict[str, Any]:
        """For ``channels.listening``. Raises Refused for an unknown vantage point, ValueError."""
        order = parse_order(untrusted_message)
        if len(descriptors) != 1:
            raise ValueError("an order comes with the descriptor that the bytes go to")
        check_memory(descriptors[0])
        return render_answer(self.fetch(order, descriptors[0]))

    def fetch(self, order: FetchOrder, descriptor: int) -> Fetched | NotFetched:
        """What came of one order. Raises Refused, and Unavailable where the vault takes nothing."""
        fetcher = self._fetchers.get(order.vantage)
        if fetcher is None:
            raise Refused("there is no such vantage point")
        untrusted_url = self._open_url(order.sealed_url)
        with Keeping(descriptor, self._sealer if order.keep else None) as keeping:
            request = FetchRequest(
                untrusted_url=untrusted_url,
                sink=keeping,
                body_bytes_max=order.bytes_max,
                referrer=self._referrer(order),
                accept=order.accept,
                fetch_id=order.fetch_id,
            )
            answer = fetcher.fetch(request)
            if isinstance(answer, Failure):
                return _not_fetched(answer, untrusted_url)
            found = self._fetched(answer, keeping)
            body = keeping.keep() if found.is_there else None
        record = self._record(order, answer, found, request.referrer)
        return replace(found, body=_part(body), response_sealed=self._seal(record))

    def _referrer(self, order: FetchOrder) -> Url | None:
        """The page that led there; an address that nobody would fetch is said to no host."""
        try:
            return parse_url(self._open_url(order.sealed_referrer)) if order.sealed_referrer else None
        except UrlError:
            return None

    def _fetched(self, answer: Response, keeping: Keeping) -> Fetched:
        measured = keeping.passed.contents("")
        last = answer.hops[-1]
        media_type, charset = declared(answer.untrusted_headers.get("content-type", ""))
        return Fetched(
            url=answer.hops[0].url.canonical,
            status=answer.status,
            address=last.address,
            certificate_sha256=last.certificate_sha256,
            redirects=len(answer.hops) - 1,
            size_bytes=measured.size_bytes,
            sha256=measured.sha256,
            sha3_256=measured.sha3_256,
            seconds=answer.seconds,
            version=__version__,
            configuration=self._configuration,
            response_sealed=b"",
            asked_address=answer.hops[0].address,
            final_url=last.url.canonical,
            media_type=media_type,
            charset=charset,
            retry_after_seconds=answer.retry_after_seconds,
        )

    def _record(self, order: FetchOrder, answer: Response, found: Fetched, referrer: Url | None) -> str:
        """What governance.md section 5.3 asks of an acquisition, beside the body."""
        steps = [
            {
                "url": hop.url.canonical,
                "address": hop.address,
                "status": hop.status,
                "certificate_sha256": hop.certificate_sha256,
            }
            for hop in answer.hops
        ]
        row = {
            "v": RECORD_FORMAT,
            "fetch": order.fetch_id,
            "vantage": order.vantage,
            "referrer": referrer.canonical if referrer else "",
            "accept": order.accept,
            "at": iso_utc(self._clock.now()),
            "monotonic_seconds": self._clock.monotonic_seconds(),
            "steps": steps,
            "headers": _cut(answer.untrusted_headers),
            "size_bytes": found.size_bytes,
            "sha256": found.sha256,
            "sha3_256": found.sha3_256,
            "tool": "tutela",
            "version": found.version,
            "configuration": found.configuration,
        }
        return json.dumps(row, sort_keys=True)


def declared(untrusted_type: str) -> tuple[str, str]:
    """(media type, character set) of a ``Content-Type``; empty where it says nothing that can be read."""
    media_type, *parameters = (part.strip() for part in untrusted_type[:1_000].split(";"))
    media_type, charset = media_type.lower(), ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and not charset:
            charset = value.strip().strip("\"'")
    return (
        media_type if MEDIA_TYPE.fullmatch(media_type) else "",
        charset if CHARSET.fullmatch(charset) else "",
    )


def _cut(untrusted_headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, the longest of them cut where they would be too much to keep."""
    each = HEADERS_CHARACTERS_MAX // max(1, len(untrusted_headers))
    if sum(map(len, untrusted_headers.values())) <= HEADERS_CHARACTERS_MAX:
        return dict(untrusted_headers)
    return {name: value[:each] for name, value in untrusted_headers.items()}


def _not_fetched(failure: Failure, untrusted_url: str) -> NotFetched:
    try:
        url = parse_url(untrusted_url).canonical
    except UrlError:
        url = ""
    return NotFetched(
        reason=failure.reason,
        url=url,
        status=failure.status,
        retry_after_seconds=failure.retry_after_seconds,
    )


def _part(sealed: Sealed | None) -> SealedPart | None:
    if sealed is None:
        return None
    return SealedPart(blob=sealed.blob, epoch=sealed.epoch, commitment=sealed.contents.commitment())
