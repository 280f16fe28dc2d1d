from __future__ import annotations

import pytest

from tutela.prevent.guard.carriers.vectors import refused

DRAWN = b'<svg xmlns="http://www.w3.org/2000/svg">%s</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        b'<script href="https://elsewhere.test/a.js"/>',
        b"<script xlink:href = '//elsewhere.test/a.js'/>",
        b'<s:script type="x" src=a.js></s:script>',
        b"<foreignObject><iframe src='x'/></foreignObject>",
        b'<?xml-stylesheet type="text/css" href="a.css"?>',
    ],
)
def test_what_comes_from_elsewhere_is_refused(inside: bytes) -> None:
    assert refused(DRAWN % inside)


def test_an_entity_beside_a_picture_is_refused() -> None:
    entity = b'<!DOCTYPE svg [<!ENTITY a "x">]>'
    assert refused(entity + DRAWN % b'<image href="&a;"/>')
    assert refused(entity + DRAWN % b'<feImage href="&a;"/>')
    assert not refused(entity + DRAWN % b"<path/>")


@pytest.mark.parametrize(
    "inside",
    [
        b'<path d="M0 0"/>',
        b"<script>let x = 1</script>",
        b'<script href="data:text/javascript,x"/>',
        b'<image href="https://elsewhere.test/a.png"/>',
        b'<a href="https://elsewhere.test/">x</a>',
    ],
)
def test_drawings_and_scripts_of_their_own_are_not(inside: bytes) -> None:
    assert not refused(DRAWN % inside)
