"""A registry is asked through the fetcher: what it is asked for is sealed, what it says comes back whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.hotline.cases.rig import Rig, rig
from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.takedown.carrying import CarriedRegistries, bootstrap_of
from tutela.hotline.takedown.settings import NoticeSettings
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched
from tutela.share.notices.registries import ACCEPT_RDAP, ANSWER_BYTES_MAX

URL = "https://rdap.numbers.test/ip/198.51.100.7"


class Noting:
    """A fetcher that notes what it was asked for, and may lie about what came."""

    def __init__(self, made: Rig, *, lies: bool = False) -> None:
        self._made, self._lies, self.orders = made, lies, list[FetchOrder]()

    def fetch(self, order: FetchOrder, descriptor: int) -> Fetched | NotFetched:
        self.orders.append(order)
        found = self._made.service.fetch(order, descriptor)
        return replace(found, sha256="0" * 64) if self._lies and isinstance(found, Fetched) else found


def registries(made: Rig, fetcher: Noting) -> CarriedRegistries:
    return CarriedRegistries(
        fetcher, lambda: SealingKeys(vault=made.vault, fetch=made.fetch), vantage="proxied"
    )


def test_an_answer_comes_back_and_its_question_is_sealed() -> None:
    with rig() as made:
        made.show({URL: Recorded(body=b"{}", status=200)})
        fetcher = Noting(made)
        answer = registries(made, fetcher).get(URL, ACCEPT_RDAP)
    assert (answer.status, answer.untrusted_body, answer.untrusted_final_url) == (200, b"{}", URL)
    (order,) = fetcher.orders
    assert b"numbers" not in order.sealed_url
    assert (order.accept, order.vantage, order.keep) == (ACCEPT_RDAP, "proxied", False)
    assert order.bytes_max == ANSWER_BYTES_MAX


def test_a_registry_that_is_busy_says_for_how_long() -> None:
    with rig() as made:
        made.show({URL: Recorded(status=429, headers={"retry-after": "30"})})
        answer = registries(made, Noting(made)).get(URL, ACCEPT_RDAP)
    assert (answer.status, answer.retry_after_seconds) == (429, 30.0)


@pytest.mark.parametrize(
    ("recorded", "error"),
    [
        (Recorded(failure="connect_failed"), Unavailable),
        (Recorded(failure="too_large"), Refused),
        (Recorded(failure="address_refused"), Refused),
    ],
    ids=lambda one: "" if isinstance(one, type) else one.failure,
)
def test_what_brings_no_answer_is_of_the_family_of_its_reason(
    recorded: Recorded, error: type[Exception]
) -> None:
    with rig() as made:
        made.show({URL: recorded})
        with pytest.raises(error):
            registries(made, Noting(made)).get(URL, ACCEPT_RDAP)


def test_bytes_that_are_not_those_of_the_answer_are_not_believed() -> None:
    with rig() as made:
        made.show({URL: Recorded(body=b"{}")})
        with pytest.raises(Unavailable):
            registries(made, Noting(made, lies=True)).get(URL, ACCEPT_RDAP)


def test_registries_are_those_of_the_file_or_of_the_release(tmp_path: Path) -> None:
    file = tmp_path / "iana.json"
    file.write_text(
        '{"dns": {"version": "1.0", "publication": "2026-01-02T03:04:05Z", "services": '
        '[[["test"], ["https://rdap.names.test/"]]]}}'
    )
    assert (
        bootstrap_of(NoticeSettings(bootstrap=str(file))).domain_url("site.test")
        == "https://rdap.names.test/domain/site.test"
    )
    assert bootstrap_of(NoticeSettings()).domain_url("site.test") == ""
    assert bootstrap_of(NoticeSettings()).domain_url("example.com")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"dns": 1}'])
def test_a_file_that_names_no_registries_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "iana.json"
    file.write_text(text)
    with pytest.raises(Invalid, match="RDAP"):
        bootstrap_of(NoticeSettings(bootstrap=str(file)))
    with pytest.raises(Invalid, match="RDAP"):
        bootstrap_of(NoticeSettings(bootstrap=str(tmp_path / "missing")))
