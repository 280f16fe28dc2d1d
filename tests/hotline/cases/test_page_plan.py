"""What of a page becomes an item: order, bounds, links one level; and nothing is left out without a count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media.page_shapes import EMBEDDED_KINDS, Embedded, Link, Page
from tutela.hotline.cases.page_plan import PageRules, ending_kind, plan_of
from tutela.kernel.egress.urls import parse_url

HERE = parse_url("https://host.test/gallery/")
EMBEDDED = st.builds(
    Embedded,
    url=st.integers(0, 40).map(lambda number: parse_url(f"https://host.test/i/{number}")),
    kind=st.sampled_from(EMBEDDED_KINDS),
    where=st.just("img"),
    linked=st.booleans(),
)
LINKS = st.builds(
    Link,
    url=st.tuples(st.integers(41, 80), st.sampled_from(["", ".jpg", ".mp4", ".zip", ".html"])).map(
        lambda pair: parse_url(f"https://host.test/l/{pair[0]}{pair[1]}")
    ),
    has_thumbnail=st.booleans(),
    rel=st.sampled_from([(), ("next",), ("sponsored",)]),
)
RULES = st.builds(PageRules, media_max=st.integers(1, 30), linked_max=st.integers(0, 10))


def page_with(embedded: list[Embedded], links: list[Link], **more: object) -> Page:
    return Page(
        title="",
        text_bytes=0,
        text_digest=bytes(32),
        text_simhash=0,
        language="",
        encoding="utf-8",
        password_field=False,
        refresh=None,
        embedded=tuple({one.url.canonical: one for one in embedded}.values()),
        links=tuple({one.url.canonical: one for one in links}.values()),
        **more,  # type: ignore[arg-type]
    )


@given(st.lists(EMBEDDED, max_size=40), st.lists(LINKS, max_size=40), RULES, st.integers(0, 1))
def test_everything_is_taken_or_counted(
    embedded: list[Embedded], links: list[Link], rules: PageRules, level: int
) -> None:
    page = page_with(embedded, links)
    plan = plan_of(page, HERE, level=level, rules=rules)
    assert len(plan.wanted) + sum(plan.left.values()) == len(page.embedded) + len(page.links)
    assert len({one.url.canonical for one in plan.wanted}) == len(plan.wanted)
    assert len([one for one in plan.wanted if one.kind != "url"]) <= rules.media_max
    assert len([one for one in plan.wanted if one.kind == "url"]) <= rules.linked_max
    if level:
        assert not [one for one in plan.wanted if one.found_as in ("link", "frame")]


def link(url: str, *, thumbnail: bool = False, rel: tuple[str, ...] = ()) -> Link:
    return Link(url=parse_url(url), has_thumbnail=thumbnail, rel=rel)


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (link("https://other.test/a.JPG"), "picture"),
        (link("https://other.test/a.mp4?x=1"), "film"),
        (link("https://host.test/a.zip"), "file"),
        (link("https://other.test/a.zip"), ""),
        (link("https://other.test/a.zip", thumbnail=True), "file"),
        (link("https://other.test/view?1", thumbnail=True), "url"),
        (link("https://other.test/view?1", thumbnail=True, rel=("sponsored",)), ""),
        (link("https://host.test/about"), ""),
        (link("https://host.test/gallery/", thumbnail=True), ""),
    ],
)
def test_which_links_are_followed(one: Link, kind: str) -> None:
    plan = plan_of(page_with([], [one]), HERE, level=0, rules=PageRules())
    assert [wanted.kind for wanted in plan.wanted] == ([kind] if kind else [])


def test_full_sizes_come_before_thumbnails_and_these_before_backgrounds() -> None:
    urls = [parse_url(f"https://host.test/{number}") for number in range(5)]
    embedded = [
        Embedded(url=urls[0], kind="style", where="style"),
        Embedded(url=urls[1], kind="picture", where="img", linked=True),
        Embedded(url=urls[2], kind="picture", where="img"),
        Embedded(url=urls[3], kind="film", where="video"),
    ]
    plan = plan_of(page_with(embedded, [link("https://host.test/4.jpg")]), HERE, level=0, rules=PageRules())
    assert [one.found_as for one in plan.wanted] == ["film", "link", "picture", "picture", "style"]
    assert plan.wanted[2].url is urls[2]


def test_where_a_page_leads_by_itself_is_followed_once() -> None:
    page = page_with([], [])
    following = Page(
        **{**{name: getattr(page, name) for name in Page.__slots__}, "refresh": parse_url("https://x.test/")}
    )
    assert [one.kind for one in plan_of(following, HERE, level=0, rules=PageRules()).wanted] == ["url"]
    assert not plan_of(following, HERE, level=1, rules=PageRules()).wanted


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.jpeg", "picture"),
        ("a.webm", "film"),
        ("a.jpg.html", ""),
        ("jpg", ""),
        ("a.jpg/", ""),
        ("?a.jpg", ""),
    ],
)
def test_an_ending_is_that_of_the_last_name(path: str, kind: str) -> None:
    assert ending_kind(parse_url(f"https://host.test/{path}")) == kind


def test_what_the_worker_dropped_stays_counted() -> None:
    plan = plan_of(page_with([], [], dropped={"pixel": 3}), HERE, level=0, rules=PageRules())
    assert plan.left == {"pixel": 3}


@pytest.mark.parametrize(("among", "share"), [(0, 900), (1, 900), (2, 450), (100, 10), (5_000, 10)])
def test_the_addresses_of_a_report_share_what_it_may_bring(among: int, share: int) -> None:
    shared = PageRules(group_max=900, media_max=7).shared(among)
    assert (shared.group_max, shared.media_max) == (share, 7)
    assert PageRules(group_max=4).shared(among or 1).group_max == max(4 // (among or 1), 4)
