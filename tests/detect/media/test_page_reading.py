"""One walk over the tree: every place where a page shows or leads to something, each with its kind."""

from __future__ import annotations

import hashlib

import pytest

from tutela.detect.media.page_reading import RawPage
from tutela.detect.media.page_shapes import EMBEDDED_MAX
from tutela.detect.media.page_worker import read_page

HERE = "https://host.test/dir/page.html"


def read(html: str, address: str = HERE) -> RawPage:
    return read_page(html.encode(), address, "utf-8")


def embedded(html: str) -> list[tuple[str, str, str]]:
    return [
        (one.address.removeprefix("https://host.test"), one.kind, one.where)
        for one in read(html).embedded.values()
    ]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<img src=a.jpg>", [("/dir/a.jpg", "picture", "img")]),
        ("<img src='a.jpg#x'><img src=a.jpg>", [("/dir/a.jpg", "picture", "img")]),
        (
            "<img src=a.jpg srcset='a.jpg 1x, b.jpg 2x'>",
            [("/dir/a.jpg", "picture", "img"), ("/dir/b.jpg", "picture", "srcset")],
        ),
        ("<img data-src=/l.jpg>", [("/l.jpg", "picture", "lazy")]),
        ("<noscript><img src=n.jpg></noscript>", [("/dir/n.jpg", "picture", "img")]),
        ("<picture><source srcset='w.webp 900w'></picture>", [("/dir/w.webp", "picture", "source")]),
        (
            "<video poster=p.jpg src=f.mp4></video>",
            [("/dir/f.mp4", "film", "video"), ("/dir/p.jpg", "picture", "poster")],
        ),
        ("<video><source src=f.webm></video>", [("/dir/f.webm", "film", "source")]),
        ("<audio><source src=s.mp3></audio>", []),
        ("<div style=\"background:url('b.png')\">", [("/dir/b.png", "style", "style")]),
        ("<style>p{background:url(/c.png)}</style>", [("/c.png", "style", "style")]),
        ("<body background=t.gif>", [("/dir/t.gif", "style", "background")]),
        ("<meta property=og:image content=/o.jpg>", [("/o.jpg", "picture", "meta")]),
        ("<meta property=og:video content=/o.mp4>", [("/o.mp4", "film", "meta")]),
        ("<link rel='image_src' href=/s.jpg>", [("/s.jpg", "picture", "link")]),
        ("<link rel=stylesheet href=/s.css>", []),
        ("<object data=x.jpg type=image/jpeg></object>", [("/dir/x.jpg", "picture", "object")]),
        ("<embed src=x.mp4 type=video/mp4>", [("/dir/x.mp4", "film", "object")]),
        ("<iframe src=/f></iframe>", [("/f", "frame", "frame")]),
        ("<input type=image src=go.png>", [("/dir/go.png", "picture", "button")]),
        ("<svg><image href=i.png /></svg>", [("/dir/i.png", "picture", "img")]),
        ("<base href=/other/><img src=a.jpg>", [("/other/a.jpg", "picture", "img")]),
        ("<base href=/one/><base href=/two/><img src=a.jpg>", [("/one/a.jpg", "picture", "img")]),
        ("<img src='\\\\host.test\\a.jpg'>", [("/a.jpg", "picture", "img")]),
        ("<img src='  a.jpg\n'>", [("/dir/a.jpg", "picture", "img")]),
        ("<template><img src=t.jpg></template>", []),
        ("<!-- <img src=c.jpg> -->", []),
        ("<script>'<img src=s.jpg>'</script>", []),
    ],
)  # fmt: skip
def test_each_way_of_showing_something_is_found(html: str, found: list[tuple[str, str, str]]) -> None:
    assert embedded(html) == found


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<img src='javascript:x'>", "url_scheme"),
        ("<img src='blob:https://host.test/1'>", "url_scheme"),
        ("<img src='http://'>", "url_unreadable"),
        ("<img src='https://host.test/" + "x" * 9_000 + "'>", "url_unreadable"),
        ("<img src='data:nothing'>", "url_unreadable"),
        ("<img src=p.gif width=1 height=1>", "pixel"),
        ("<iframe srcdoc='<img src=a>'></iframe>", "srcdoc"),
        ("<a href='ftp://host.test/x'>x</a>", "url_scheme"),
    ],
)
def test_what_is_left_out_is_counted(html: str, reason: str) -> None:
    page = read(html)
    assert dict(page.dropped) == {reason: 1}
    assert not page.embedded
    assert not page.links


def test_more_than_the_bound_is_counted() -> None:
    page = read("".join(f"<img src={number}.jpg>" for number in range(EMBEDDED_MAX + 5)))
    assert (len(page.embedded), page.dropped["too_many"]) == (EMBEDDED_MAX, 5)


def test_a_picture_in_the_page_itself_is_a_digest() -> None:
    page = read("<img src='data:image/gif;base64,R0lGODlh'><img src='data:,text'>")
    assert [(one.size_bytes, one.sha256) for one in page.inline.values()] == [
        (6, hashlib.sha256(b"GIF89a").digest()),
        (4, hashlib.sha256(b"text").digest()),
    ]


def test_links_know_their_thumbnails() -> None:
    page = read(
        "<a href=/1 rel='nofollow next'><img src=t.jpg></a><a href=2>two</a><img src=free.jpg>"
        "<a href='#top'>up</a><a href='mailto:x@host.test'>m</a><map><area href=/3></map>"
    )
    assert [
        (one.address.removeprefix("https://host.test"), one.has_thumbnail, one.rel)
        for one in page.links.values()
    ] == [
        ("/1", True, ("next", "nofollow")),
        ("/dir/2", False, ()),
        ("/3", False, ()),
    ]
    assert [one.linked for one in page.embedded.values()] == [True, False]


def test_text_is_what_somebody_sees() -> None:
    page = read(
        "<html lang=NL><title>A \u202e title</title><style>p{}</style><script>hidden</script><p>seen  here"
        "<noscript>too</noscript><input type=PASSWORD><meta http-equiv=Refresh content='0;url=/next'>"
    )
    assert page.text_digest == hashlib.sha256(b"seen here too").digest()
    assert (page.text_bytes, page.title, page.language) == (13, "A title", "nl")
    assert page.password_field
    assert page.refresh == "https://host.test/next"


def test_a_language_that_is_none_is_left_out() -> None:
    assert read("<html lang='x\" y'>").language == ""


def test_nul_and_broken_tags_end_no_reading() -> None:
    page = read("<im\0g src=a><img\0 src=b.jpg><img src='c\0.jpg'><p>a\0b<<<>><img src=d.jpg")
    assert "https://host.test/dir/c%EF%BF%BD.jpg" in page.embedded


def test_a_page_may_nest_deeply() -> None:
    page = read("<b>" * 3_000 + "<img src=a.jpg>")
    assert len(page.embedded) == 1
