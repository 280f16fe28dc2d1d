"""Registries asked with a fetcher of this process: for commands, and in the process that meets the internet.

A process without internet asks the fetcher's process instead, and has its own ``Registries``.
"""

from __future__ import annotations

import io

from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.shapes import Fetcher, FetchRequest
from tutela.share.notices.registries import ANSWER_BYTES_MAX, Answer


class FetchedRegistries:
    """Asks through a guarded fetcher, which judges every address and every redirect."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    def get(self, url: str, accept: str) -> Answer:
        """The answer to one GET. Raises Unavailable, Refused, Invalid, as the network door says."""
        body = io.BytesIO()
        request = FetchRequest(untrusted_url=url, sink=body, body_bytes_max=ANSWER_BYTES_MAX, accept=accept)
        response = self._fetcher.fetch(request)
        if isinstance(response, Failure):
            raise response.error()
        return Answer(
            status=response.status,
            untrusted_body=body.getvalue(),
            untrusted_final_url=response.url.canonical,
            retry_after_seconds=response.retry_after_seconds,
        )
