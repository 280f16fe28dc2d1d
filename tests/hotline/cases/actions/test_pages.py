"""A reported page: what stands on it is fetched as one group, and its state follows from theirs."""

from __future__ import annotations

import base64

import pytest
from django.db import transaction

from tests.hotline.cases.making import WORKER
from tests.hotline.cases.page_rig import HOME, KNOWN, PAGE, group_of, page, page_rig, picture, states_of
from tutela.hotline.cases.actions import move_item, pages
from tutela.hotline.cases.equipment import equipped
from tutela.hotline.cases.job_kinds import FETCH
from tutela.hotline.cases.models import Item, Membership, Sighting
from tutela.hotline.cases.page_plan import PageRules
from tutela.hotline.cases.queries import item_facts
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.work.actions import put
from tutela.hotline.work.models import Job
from tutela.hotline.work.running import Worker
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.egress.replaying import Recorded

pytestmark = [pytest.mark.django_db, pytest.mark.needs("linux"), pytest.mark.slow]


@pytest.fixture(autouse=True)
def mandate(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("mandate")
    rehearse(home)
    monkeypatch.setenv("TUTELA_HOME", str(home))


def internet(count: int = 12) -> dict[str, Recorded]:
    """A page with so many pictures: the first is known, the last three fail, each in its own way."""
    shown = "".join(f"<img src=/i/{number}.jpg>" for number in range(1, count + 1))
    found = {f"{HOME}i/{number}.jpg": Recorded(body=picture(number)) for number in range(1, count - 2)}
    found[f"{HOME}i/{count - 2}.jpg"] = Recorded(status=404)
    found[f"{HOME}i/{count - 1}.jpg"] = Recorded(body=b"\xff\xd8\xff\xe0 no picture at all")
    found[f"{HOME}i/{count}.jpg"] = Recorded(failure="address_refused")
    return {PAGE: page(f"<title>A gallery</title><p>Some words.{shown}"), **found}


def test_twelve_media_of_which_three_fail_are_one_group_with_the_failures_named() -> None:
    with page_rig(internet()) as made:
        item = made.reported_page()
        addresses = {
            open_text(bytes(one.url_sealed), made.vault) for one in Sighting.objects.filter(how="found")
        }
        referrers = {
            open_text(bytes(one.referrer_sealed), made.vault) for one in Sighting.objects.filter(level=1)
        }
    series = group_of(item)
    assert item.state == "matched"
    assert states_of(series) == {"matched": 1, "unmatched": 8, "unfetchable": 3}
    assert addresses == {f"{HOME}i/{number}.jpg" for number in range(1, 13)}
    assert referrers == {PAGE}
    group = item_facts(item.public_id).groups[0]
    assert group.troubles == {"not_there": 1, "unreadable": 1, "address_refused": 1}
    assert (group.members, group.counts["opened"], group.left) == (12, 12, {})
    seen = item.sightings.get(how="fetched")
    assert (seen.text_bytes, len(seen.text_digest), len(seen.text_simhash)) == (11, 64, 16)
    assert Job.objects.filter(kind="notify_item").count() == 1
    assert LedgerEntry.objects.filter(act="item_opened").count() == 13
    assert LedgerEntry.objects.filter(act="page_opened").count() == 1


def test_no_address_of_a_page_is_in_the_clear() -> None:
    with page_rig(internet(4)) as made:
        made.reported_page()
    rows = [str(list(model.objects.values())) for model in (Job, LedgerEntry, Item, Sighting)]
    assert not [row for row in rows if "host.test" in row or "gallery" in row]


def test_a_host_that_asks_where_one_comes_from_is_told() -> None:
    shown = {PAGE: page("<img src=/i/2.jpg>"), f"{HOME}i/2.jpg": Recorded(body=picture(2), only_from=PAGE)}
    with page_rig(shown) as made:
        item = made.reported_page()
    assert states_of(group_of(item)) == {"unmatched": 1}
    again = Sighting.objects.get(level=1, how="fetched")
    assert again.referrer_for_fetch


def test_relative_addresses_follow_the_base_of_the_page() -> None:
    with page_rig(
        {PAGE: page("<base href=/other/><img src=2.jpg>"), f"{HOME}other/2.jpg": Recorded(body=picture(2))}
    ) as made:
        item = made.reported_page()
    assert states_of(group_of(item)) == {"unmatched": 1}


def test_a_gallery_is_followed_one_level_and_no_further() -> None:
    shown = {
        PAGE: page("<a href=/view/2><img src=/t/2.jpg></a><a href=/full/3.jpg>three</a><a href=/about>x</a>"),
        f"{HOME}view/2": page(
            "<img src=/full/2.jpg><a href=/view/9><img src=/t/9.jpg></a><iframe src=/f></iframe>"
        ),
        f"{HOME}t/2.jpg": Recorded(body=picture(12)),
        f"{HOME}t/9.jpg": Recorded(body=picture(19)),
        f"{HOME}full/2.jpg": Recorded(body=picture(2)),
        f"{HOME}full/3.jpg": Recorded(body=picture(3)),
        f"{HOME}view/9": page("<img src=/never.jpg>"),
    }  # fmt: skip
    with page_rig(shown) as made:
        item = made.reported_page()
    assert states_of(group_of(item)) == {"unmatched": 5}
    linked = Item.objects.get(kind="url", sightings__how="found")
    assert linked.state == "unmatched"
    assert group_of(linked).counts["left"] == {"too_deep": 1, "not_followed": 1}
    assert group_of(item).counts["left"] == {"not_followed": 1}
    assert item.state == "unmatched"


def test_what_is_known_by_its_address_joins_and_is_not_fetched_again() -> None:
    shown = {**internet(4), f"{HOME}other.html": page("<img src=/i/1.jpg><img src=/new.jpg>")}
    shown[f"{HOME}new.jpg"] = Recorded(body=picture(7))
    with page_rig(shown) as made:
        made.reported_page()
        fetched = Sighting.objects.filter(how="fetched").count()
        second = made.reported_page(f"{HOME}other.html")
    assert group_of(second).counts["joined"] == 1
    assert group_of(second).counts["opened"] == 1
    assert Sighting.objects.filter(how="fetched").count() == fetched + 2
    assert second.state == "matched"


def test_the_same_bytes_at_another_place_are_another_place_of_the_same_item() -> None:
    shown = {PAGE: page("<img src=/a.jpg><img src=/b.jpg>")}
    shown |= {f"{HOME}{name}.jpg": Recorded(body=picture(5)) for name in "ab"}
    with page_rig(shown) as made:
        item = made.reported_page()
    series = group_of(item)
    assert states_of(series) == {"unmatched": 1, "closed": 1}
    kept = series.items.get(state="unmatched")
    assert kept.sightings.filter(how="fetched").count() == 2
    assert series.items.get(state="closed").state_reason == "duplicate"


def test_known_bytes_at_two_places_are_told_about_at_both() -> None:
    shown = {PAGE: page("<img src=/a.jpg><img src=/b.jpg>")}
    shown |= {f"{HOME}{name}.jpg": Recorded(body=KNOWN) for name in "ab"}
    with page_rig(shown) as made:
        item = made.reported_page()
    assert states_of(group_of(item)) == {"matched": 2}
    assert Job.objects.filter(kind="notify_item").count() == 3  # and at the page that shows nothing else


def test_more_than_the_bounds_is_counted_and_said() -> None:
    with page_rig(internet(8), PageRules(media_max=3, linked_max=1, group_max=3)) as made:
        item = made.reported_page()
    facts = item_facts(item.public_id).groups[0]
    assert (facts.members, facts.left) == (3, {"cut": 5})


def test_a_full_group_takes_no_more() -> None:
    with page_rig(internet(8), PageRules(group_max=3)) as made:
        item = made.reported_page()
    facts = item_facts(item.public_id).groups[0]
    assert (facts.members, facts.left) == (3, {"group_full": 5})


def test_a_page_takes_its_share_of_what_its_report_may_bring_and_so_does_what_it_links_to() -> None:
    linked = f"{HOME}more.html"
    shown = internet(12)
    shown[PAGE] = page("".join(f"<img src=/i/{number}.jpg>" for number in range(1, 10)) + _THUMBNAIL)
    shown[linked] = page("<img src=/i/10.jpg><img src=/i/11.jpg><img src=/i/12.jpg>")
    with page_rig(shown, PageRules(group_max=30)) as made:
        item = made.reported(PAGE)
        job = Job.objects.get()
        Job.objects.update(arguments={**job.arguments, "among": 3})
        made.work()
    groups = [group_of(item), group_of(_page_at(1))]
    assert [(one.memberships.count(), one.counts["left"]) for one in groups] == [
        (10, {}),
        (0, {"group_full": 3}),
    ]


_THUMBNAIL = "<a href=/more.html><img src=/i/1.jpg></a>"


def _page_at(level: int) -> Item:
    """The page that was met so many pages away from what was reported."""
    return Sighting.objects.filter(level=level, item__kind="url", how="found").get().item


def test_a_page_with_nothing_on_it_waits_for_a_person() -> None:
    with page_rig({PAGE: page("<p>Only words, and a field: <input type=password>")}) as made:
        item = made.reported_page()
    assert item.state == "unmatched"
    assert group_of(item).counts["opened"] == 0


def test_a_page_that_cannot_be_read_is_looked_at_by_a_person() -> None:
    with page_rig({PAGE: page("<a>" * 5_000_000)}) as made:
        item = made.reported_page()
    assert item.state == "unmatched"
    assert item.sightings.get(how="reported").trouble == "over_limit"
    assert not Membership.objects.exists()


def test_a_picture_that_is_a_page_is_no_picture() -> None:
    shown = {PAGE: page("<img src=/i.jpg>"), f"{HOME}i.jpg": page("<p>sign in first")}
    with page_rig(shown) as made:
        item = made.reported_page()
    assert states_of(group_of(item)) == {"unfetchable": 1}
    assert item_facts(item.public_id).groups[0].troubles == {"not_media": 1}
    assert item.state == "unmatched"


def test_closing_an_item_by_hand_settles_its_page() -> None:
    shown = {PAGE: page("<img src=/slow.jpg>"), f"{HOME}slow.jpg": Recorded(failure="too_slow")}
    with page_rig(shown) as made:
        item = made.reported(PAGE)
        with equipped(made.equipment()):
            Worker("worker", ("fetch_sighting",), clock=made.clock).step()
        child = Item.objects.get(sightings__how="found")
        item.refresh_from_db()
        assert (item.state, child.state) == ("fingerprinted", "received")
        move_item(child, "closed", actor=WORKER, reason="out_of_scope", clock=made.clock)
        made.work()
        item.refresh_from_db()
    assert item.state == "unmatched"


@pytest.mark.parametrize("sample", ["no-storage", "police-first"])
def test_the_mandate_counts_for_each_medium(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, sample: str
) -> None:
    home = tmp_path_factory.mktemp("other")
    rehearse(home, mandate=sample)
    monkeypatch.setenv("TUTELA_HOME", str(home))
    with page_rig(internet(4)) as made:
        item = made.reported_page()
        kept = len(made.blobs.bodies)
    assert states_of(group_of(item)) == {"matched": 1, "unfetchable": 3}
    assert kept == (0 if sample == "no-storage" else 3)


@pytest.mark.parametrize("after", [0, 1, 5, 11, 12])
def test_a_worker_that_dies_between_two_entries_leaves_nothing_and_the_next_one_does_it_all(
    monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    entries: list[str] = []

    def dying(act: str, **named: object) -> int:
        if len(entries) == after:
            entries.append("died")
            raise OSError("the worker is gone")
        entries.append(act)
        return record(act, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(pages, "record", dying)
    with page_rig(internet(12)) as made:
        item = made.reported(PAGE)
        said = made.work()
        item.refresh_from_db()
    assert said[0] == "fetch_sighting retried OSError"
    assert states_of(group_of(item)) == {"matched": 1, "unmatched": 8, "unfetchable": 3}
    assert (Item.objects.count(), Sighting.objects.filter(how="found").count()) == (13, 12)
    assert LedgerEntry.objects.filter(act="item_opened").count() == 13
    assert item.state == "matched"


def test_a_page_that_is_fetched_again_opens_only_what_is_new() -> None:
    shown = internet(4)
    with page_rig(shown) as made:
        item = made.reported_page()
        before = Item.objects.count()
        Item.objects.filter(pk=item.pk).update(state="unfetchable")
        made.show({**shown, PAGE: page("<img src=/i/1.jpg><img src=/new.jpg>"), f"{HOME}new.jpg": NEW})
        with transaction.atomic():
            put(FETCH, {"sighting": item.sightings.get(how="reported").public_id}, clock=made.clock)
        made.work()
        item.refresh_from_db()
    assert Item.objects.count() == before + 1
    assert group_of(item).counts["opened"] == 1
    assert item.state == "matched"


NEW = Recorded(body=picture(40))


@pytest.mark.parametrize(("body", "state", "notices"), [(KNOWN, "matched", 1), (picture(9), "unmatched", 0)])
def test_a_picture_inside_the_page_is_known_by_its_bytes(body: bytes, state: str, notices: int) -> None:
    data = base64.b64encode(body).decode()
    with page_rig({PAGE: page(f"<p>x<img src='data:image/jpeg;base64,{data}'><img src=/2.jpg>")}) as made:
        made.show({**made.recorded, f"{HOME}2.jpg": Recorded(body=picture(2))})
        item = made.reported_page()
    assert item.state == state
    assert Job.objects.filter(kind="notify_item").count() == notices
    assert group_of(item).counts["inline"] == 1
    assert states_of(group_of(item)) == {"unmatched": 1}


def test_a_page_whose_media_came_while_it_was_held_is_settled_when_the_hold_ends() -> None:
    with page_rig(internet(4)) as made:
        item = made.reported(PAGE)
        with equipped(made.equipment()):
            Worker("worker", ("fetch_sighting",), clock=made.clock).step()
        item.refresh_from_db()
        item = move_item(item, "held", actor=WORKER, reason="legal_hold", clock=made.clock)
        made.work()
        item.refresh_from_db()
        assert item.state == "held"
        move_item(item, "fingerprinted", actor=WORKER, reason="hold_ended", clock=made.clock)
        made.work()
        item.refresh_from_db()
    assert item.state == "matched"
