from __future__ import annotations

from typing import Any

import pytest

from tests.share.notices import telling as make
from tutela.share.notices.dsa import Article16, build_article_16
from tutela.share.notices.laws import known_law
from tutela.share.notices.texts import texts_for


def article(**words: Any) -> Article16:
    return build_article_16(make.content(**words), make.head(), texts_for("en"))


def test_the_four_elements_are_there() -> None:
    found = article()
    assert "sexual abuse of a child" in found.explanation and "byte for byte" in found.explanation
    assert "184b" in found.explanation and "252" in found.explanation
    assert found.locations == ("https://pictures.test/album/1", "https://pictures.test/album/2")
    assert found.notifier == "Meldpunt Voorbeeld, notices@hotline.test"
    assert "good faith" in found.good_faith and found.applies


def test_the_notifier_may_be_left_out_and_the_reason_is_said() -> None:
    found = article(names_notifier=False)
    assert "2011/93/EU" in found.notifier and "Meldpunt" not in found.notifier


@pytest.mark.parametrize(
    "words",
    [
        {"rung": "registrar"},
        {"rung": "upstream"},
        {"rung": "index"},
        {"rung": "hotline"},
        {"is_proxy": True},
        {"order": make.order()},
        {"receiver_law": known_law("US", "csam")},
        {"receiver_law": None},
    ],
    ids=lambda words: next(iter(words)),
)
def test_article_16_is_not_named_where_it_does_not_apply(words: dict[str, Any]) -> None:
    assert article(rung="site_owner").applies
    assert not article(**words).applies


def test_one_law_is_cited_once() -> None:
    law = known_law("DE", "csam")
    assert article(sender_law=law, receiver_law=law).explanation.count("184b") == 1
    assert "Law at" not in article(sender_law=None, receiver_law=None).explanation
