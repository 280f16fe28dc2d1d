from __future__ import annotations

import io

import pytest

from tutela.detect.matching.readers import xml_stream
from tutela.detect.matching.readers.xml_stream import Node, records


def read(text: str | bytes) -> list[Node]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(records(io.BytesIO(raw), root="r", wanted=("a", "b")))


def test_records_are_small_trees_without_namespaces() -> None:
    (node, other) = read('<r xmlns="urn:x" xmlns:p="urn:p">\n<a p:id="1">t<p:c> u </p:c></a><z><b/></z></r>')
    assert (node.name, node.line, node.attributes, node.text) == ("a", 2, {"id": "1"}, "t")
    assert node.child_text("c") == "u"
    assert node.child_text("d") == ""
    assert node.child("d") is None
    assert other.name == "b"


def test_records_inside_records_belong_to_them() -> None:
    (node,) = read("<r><a><b>x</b></a></r>")
    assert node.child_text("b") == "x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>', "line 1: a document type"),
        ('<!DOCTYPE r SYSTEM "http://site.example/x.dtd"><r/>', "document type"),
        ('<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]><r/>', "document type"),
        ("<r>&unknown;</r>", "line 1: not well-formed"),
        ("<r><a></r>", "line 1: not well-formed"),
        ("<r>\n<a>", "line 2: not well-formed"),
        ("", "not well-formed"),
        ("<other/>", "line 1: the first element is not r"),
        ("<r>" + "<x>" * 40 + "</x>" * 40 + "</r>", "more than 32"),
    ],
)
def test_hostile_or_broken_xml_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(text)


def test_a_billion_laughs_are_not_laughed() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with pytest.raises(ValueError, match="document type"):
        read(f'<!DOCTYPE r [<!ENTITY l0 "ha">{levels}]><r>&l11;</r>')


def test_one_record_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_stream, "RECORD_ELEMENTS_MAX", 3)
    monkeypatch.setattr(xml_stream, "RECORD_CHARACTERS_MAX", 10)
    assert len(read("<r>" + "<a><c/><c/></a>" * 5 + "</r>")) == 5
    assert len(read("<r>" + "<a>1234567</a>" * 5 + "</r>")) == 5
    with pytest.raises(ValueError, match="more than 3 elements"):
        read("<r><a><c/><c/><c/></a></r>")
    with pytest.raises(ValueError, match="more than 10 characters"):
        read("<r><a>12345678901</a></r>")


def test_records_come_before_the_file_ends() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.count = 0

        def read(self, _size: int = -1) -> bytes:
            self.count += 1
            return b"<r>" if self.count == 1 else b"<a>x</a>" * 10

    stream = records(Endless(), root="r", wanted=("a",))  # type: ignore[arg-type]
    assert [next(stream).text for _ in range(25)] == ["x"] * 25
