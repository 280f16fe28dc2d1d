"""Registries asked through the fetcher's process: the worker itself meets nobody. No Django here.

Each question is an ordinary order: its address sealed to the fetch key, nothing of the answer kept.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.takedown.settings import NoticeSettings
from tutela.kernel.channels.memory import contents_of, memory
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.errors import Invalid
from tutela.kernel.fetcher.asking import Fetches, check_bytes
from tutela.kernel.fetcher.orders import DIRECT, FetchOrder, NotFetched
from tutela.share.notices.bootstrap import Bootstrap, parse_bootstrap, shipped_bootstrap
from tutela.share.notices.registries import ANSWER_BYTES_MAX, Answer


def bootstrap_of(settings: NoticeSettings) -> Bootstrap:
    """Which registry is asked about what: from the file of the settings, or as the release has it.

    Raises Invalid for a file that cannot be read or is none.
    """
    if not settings.bootstrap:
        return shipped_bootstrap()
    try:
        return parse_bootstrap(Path(settings.bootstrap).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid("this is no file of RDAP services", field="notices.bootstrap") from error


class CarriedRegistries:
    """Asks through the fetcher, which judges every address and every redirect.

    ``vantage`` is the fetcher's way to the internet on which registries are asked.
    """

    def __init__(
        self, fetcher: Fetches, sealing: Callable[[], SealingKeys], *, vantage: str = DIRECT
    ) -> None:
        self._fetcher, self._sealing, self._vantage = fetcher, sealing, vantage

    def get(self, url: str, accept: str) -> Answer:
        """The answer to one GET. Raises Unavailable, Refused, Invalid, as the network door says."""
        order = FetchOrder(
            sealed_url=seal_text(url, self._sealing().fetch),
            bytes_max=ANSWER_BYTES_MAX,
            accept=accept,
            vantage=self._vantage,
            keep=False,
        )
        with memory() as descriptor:
            found = self._fetcher.fetch(order, descriptor)
            if isinstance(found, NotFetched):
                failure = Failure(reason=found.reason, retry_after_seconds=found.retry_after_seconds)
                raise failure.error()
            check_bytes(found, descriptor)
            return Answer(
                status=found.status,
                untrusted_body=contents_of(descriptor),
                untrusted_final_url=found.final_url,
                retry_after_seconds=found.retry_after_seconds,
            )
