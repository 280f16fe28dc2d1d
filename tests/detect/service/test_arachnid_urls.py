"""The shape of Arachnid Shield where it fetches: an address is answered as its file, or refused in words."""

from __future__ import annotations

import pytest

from tests.detect.service import making, telling
from tests.detect.service.telling import letters
from tests.detect.service.test_arachnid import ON, PICTURE, PLACES, basic, post
from tutela.detect.service.fetched import Fetches
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher

ADDRESS = "https://host.example/hill.jpg"


def fetching(**recorded: Recorded) -> Fetches:
    return Fetches(ReplayFetcher({ADDRESS: recorded.get("answer", Recorded(body=PICTURE))}))


@pytest.mark.parametrize("place", PLACES)
def test_an_address_is_answered_as_its_file_where_addresses_are_fetched(place: str) -> None:
    with telling.opened() as hooks:
        sent = post(f"{place}/media/", content=PICTURE).json()
        fetched = post(
            f"{place}/url/", json={"url": ADDRESS}, fetches=fetching(), hooks=hooks, reference="post-1"
        )
        assert fetched.status_code == 200
        assert fetched.json() == sent
        assert [letter["reference"] for letter in letters(hooks)] == ["post-1"]


@pytest.mark.parametrize(
    ("url", "recorded", "status"),
    [
        (ADDRESS, Recorded(status=404, body=b"gone"), 422),
        (ADDRESS, Recorded(body=b"half", failure="cut_short"), 503),
        (ADDRESS, Recorded(body=b"text of a page"), 415),
        ("https://other.example/", Recorded(), 503),
        ("http://host.example\\@127.0.0.1/", Recorded(), 422),
        ("file:///etc/passwd", Recorded(), 422),
        ("", Recorded(), 422),
        (7, Recorded(), 422),
        ("https://host.example/" + "a" * 9_000, Recorded(), 422),
    ],
)
def test_an_address_without_a_file_is_refused_and_not_repeated(
    url: object, recorded: Recorded, status: int
) -> None:
    answer = post("/v1/url/", json={"url": url}, fetches=fetching(answer=recorded))
    assert answer.status_code == status and answer.json().keys() == {"detail"}
    assert "example" not in answer.text and "passwd" not in answer.text


@pytest.mark.parametrize("place", PLACES)
def test_addresses_are_refused_with_the_reason(place: str) -> None:
    answer = post(f"{place}/url/", json={"url": "https://host.example/secret.jpg"})
    assert answer.status_code == 422
    assert answer.json().keys() == {"detail"} and "network door" in answer.json()["detail"]
    assert "host.example" not in answer.text


def test_addresses_that_only_hmas_callers_may_name_are_refused_too() -> None:
    client = making.client(making.service(settings=ON, fetches=fetching()), token="")
    answer = client.post("/v1/url/", headers=basic(), json={"url": ADDRESS})
    assert answer.status_code == 422 and "network door" in answer.json()["detail"]
