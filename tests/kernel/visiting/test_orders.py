from __future__ import annotations

import json
from typing import Any

import pytest

from tests.kernel.visiting.visiting import ITEM, VISIT, service
from tutela.kernel.errors import TutelaError
from tutela.kernel.visiting.orders import (
    NAMED_MAX,
    VisitOrder,
    parse_named,
    parse_order,
    parse_shown,
    render_named,
    render_order,
    render_shown,
)


def over(message: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(json.dumps(message))
    return row


@pytest.mark.parametrize(
    "order",
    [
        VisitOrder(act="open", visit=VISIT, item=ITEM, sealed_url=b"\x01\xff", sealed_referrer=b"\x02"),
        VisitOrder(act="press", visit=VISIT, item=ITEM, step=3, keys=(7,)),
        VisitOrder(act="name", visit=VISIT, item=ITEM, step=3, keys=(7, 8)),
        VisitOrder(act="end", visit=VISIT, item=ITEM),
    ],
    ids=lambda order: order.act,
)
def test_a_question_comes_over_as_it_was(order: VisitOrder) -> None:
    assert parse_order(over(render_order(order))) == order


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"act": "run"},
        {"act": 1},
        {"visit": "x"},
        {"item": ""},
        {"step": -1},
        {"keys": [1, 2]},
        {"keys": []},
        {"keys": ["1"]},
        {"keys": 1},
        {"act": "open"},
        {"act": "name", "keys": [1] * (NAMED_MAX + 1)},
        {"sealed_url": "%"},
        {"more": 1},
    ],
    ids=str,
)
def test_what_is_no_question_is_refused(changed: dict[str, Any]) -> None:
    good = over(render_order(VisitOrder(act="press", visit=VISIT, item=ITEM, keys=(1,))))
    with pytest.raises(ValueError, match=r"."):
        parse_order(good | changed)


def test_an_answer_comes_over_as_it_was() -> None:
    made = service()
    shown = made.service.step(made.order("open"))
    assert parse_shown(over(render_shown(shown))) == shown
    looked = made.service.look(made.order("look"))
    assert looked.taken is None
    assert parse_shown(over(render_shown(looked))) == looked
    named = tuple(made.service.name(made.order("name", step=1, keys=(2,))))
    assert parse_named(over(render_named(named))) == named
    assert "gate.test" not in repr(shown) + repr(named)


@pytest.mark.parametrize("name", ["step", "left", "blob", "outline", "taken"])
def test_an_answer_of_another_shape_is_refused(name: str) -> None:
    made = service()
    good = over(render_shown(made.service.step(made.order("open"))))
    for wrong in ({**good, name: "x"}, {key: value for key, value in good.items() if key != name}):
        with pytest.raises((ValueError, TutelaError)):
            parse_shown(wrong)


@pytest.mark.parametrize(
    "name", ["picture", "size_bytes", "sha256", "url_sealed", "browser", "configuration"]
)
def test_facts_of_a_step_of_another_shape_are_refused(name: str) -> None:
    made = service()
    good = over(render_shown(made.service.step(made.order("open"))))
    for wrong in (None, 7.5, "x" if name != "browser" else 1):
        with pytest.raises(ValueError, match=r"."):
            parse_shown({**good, "taken": {**good["taken"], name: wrong}})


@pytest.mark.parametrize("rows", [None, [{}], [{"kind": "A"}], [[]] * (NAMED_MAX + 1)])
def test_addresses_of_another_shape_are_refused(rows: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_named({"v": 1, "named": rows})


def test_more_addresses_than_are_named_at_once_are_refused() -> None:
    made = service()
    made.service.step(made.order("open"))
    good = over(render_named(made.service.name(made.order("name", step=1, keys=(2,)))))
    assert len(parse_named({**good, "named": good["named"] * NAMED_MAX})) == NAMED_MAX
    with pytest.raises(ValueError, match="a list"):
        parse_named({**good, "named": good["named"] * (NAMED_MAX + 1)})


@pytest.mark.parametrize("name", ["kind", "found_as"])
def test_an_address_of_no_kind_is_refused(name: str) -> None:
    made = service()
    made.service.step(made.order("open"))
    good = over(render_named(made.service.name(made.order("name", step=1, keys=(2,)))))
    with pytest.raises(ValueError, match="of a kind"):
        parse_named({**good, "named": [{**good["named"][0], name: "A kind"}]})
