"""What comes of a fetch, before it is written: a word for a status; pages read only where one is expected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.hotline.cases.page_rig import HOME, PAGE, page, page_rig, picture
from tests.hotline.cases.rig import START, rig
from tutela.hotline.cases.actions.findings import Print
from tutela.hotline.cases.coming import Came, _moved, fetch, said_by_status
from tutela.hotline.cases.equipment import equipped
from tutela.hotline.cases.found_pages import FoundPage
from tutela.hotline.cases.looking import Looked
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.work.claims import Claim
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.fetcher.orders import Fetched

CLAIM = Claim(
    job="job_x", kind="fetch_sighting", version=1, arguments={}, token="", worker="", host="", tries=5,
    tries_max=5, lease_seconds=30.0, made=START,
)  # fmt: skip


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (404, "not_there"),
        (410, "not_there"),
        (403, "denied"),
        (451, "denied"),
        (429, "denied"),
        (500, "host_failed"),
    ],
)
def test_a_status_has_a_word(status: int, word: str) -> None:
    assert said_by_status(status) == word


def came(
    recorded: Recorded,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    **columns: object,
) -> Came:
    """What comes of one address, whose sighting has these columns."""
    home = tmp_path_factory.mktemp("mandate")
    rehearse(home)
    monkeypatch.setenv("TUTELA_HOME", str(home))
    with page_rig({PAGE: recorded}) as made:
        item = made.reported(PAGE)
        if kind := columns.pop("kind", ""):
            Item.objects.update(kind=kind)
        Sighting.objects.update(**columns)
        with equipped(made.equipment()):
            arguments = {"sighting": item.sightings.get().public_id}
            found, again = fetch(arguments, CLAIM), fetch(arguments, CLAIM)
    assert found is not None
    assert again is not None
    assert (found.trouble, found.page is None) == (again.trouble, again.page is None)
    return found


HTML = page("<img src=/i.jpg>")
UNTYPED = Recorded(body=b"<!doctype html><img src=/i.jpg>")


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.needs("linux")
@pytest.mark.parametrize(
    ("recorded", "columns", "media"),
    [
        (HTML, {}, 1),
        (UNTYPED, {}, 1),
        (HTML, {"level": 1}, 1),
        (HTML, {"level": 2}, None),
        (HTML, {"kind": "picture", "level": 1, "found_as": "picture"}, None),
        (HTML, {"kind": "picture", "level": 1, "found_as": "link"}, 1),
        (Recorded(body=picture(1), headers={"Content-Type": "text/html"}), {}, None),
        (Recorded(body=b"text", headers={"Content-Type": "text/plain"}), {}, None),
        (Recorded(body=b"<p>gone", status=404, headers={"Content-Type": "text/html"}), {}, None),
    ],
    ids=range(9),
)
def test_a_page_is_read_where_one_is_expected(
    recorded: Recorded,
    columns: dict[str, object],
    media: int | None,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = came(recorded, tmp_path_factory, monkeypatch, **columns)
    assert (found.page and len(found.page.media)) == media


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.needs("linux")
def test_what_is_found_is_sealed_and_shows_nothing(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = came(HTML, tmp_path_factory, monkeypatch)
    assert found.page is not None
    assert HOME not in repr(found)
    assert b"host.test" not in found.page.referrer_sealed + found.page.media[0].address.url_sealed


LED = Fetched(
    url=PAGE, status=200, address="", certificate_sha256="", redirects=1, size_bytes=1, sha256="0" * 64,
    sha3_256="0" * 64, seconds=0.0, version="1", configuration="0" * 64, response_sealed=b"",
    final_url="https://there.test/",
)  # fmt: skip
SHOWN = FoundPage(
    level=0, media=(), counts={}, left={}, group_max=1, referrer_sealed=b"", referrer_for_fetch=b"",
    text_bytes=5, text_digest="d" * 64, text_simhash="0" * 16,
)  # fmt: skip
LOOKED = Looked(status="unknown", prints=(Print(kind="md5", value="0" * 32),))
NO_MEDIUM = replace(LOOKED, trouble="not_media")


@pytest.mark.parametrize(
    ("looked", "page", "is_place"),
    [
        (LOOKED, None, True),
        (replace(LOOKED, trouble="damaged"), None, True),
        (NO_MEDIUM, None, False),
        (NO_MEDIUM, SHOWN, True),
        (NO_MEDIUM, replace(SHOWN, is_entrance=True), False),
        (LOOKED, replace(SHOWN, is_entrance=True), False),
        (None, None, False),
    ],
    ids=range(7),
)
def test_only_what_could_be_an_item_s_is_a_place_at_another_host(
    looked: Looked | None, page: FoundPage | None, is_place: bool
) -> None:
    with rig() as made:
        tools = made.equipment()
        place = _moved(Came(answer=LED, at=START, looked=looked, page=page), LED, tools)
        here = replace(LED, final_url=PAGE)
        assert _moved(Came(answer=here, at=START, looked=looked, page=page), here, tools) is None
    assert (place is not None) == is_place
    if place is not None and looked is not None:
        signs = place.signs
        assert (signs.prints, signs.text_digest) == (looked.prints, page.text_digest if page else "")
