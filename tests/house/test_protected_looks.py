"""The desk never gets the bytes of an object and no clear pixels: what the program's own text says of it."""

from __future__ import annotations

import ast

from tests.house.reading import Module, product

#: Rooms whose code runs in the process that meets browsers.
DESK = ("tutela.web", "tutela.hotline")
#: What asks an opener for bytes, and the one module that answers.
BYTES = "fill"
#: Modules that the assessment desk has no use for: whoever opens, decodes or unseals.
FOREIGN = ("tutela.detect", "tutela.kernel.custody", "tutela.kernel.fetcher", "tutela.kernel.egress")


def calls(module: Module, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
        for node in ast.walk(module.tree)
    )


def imported(module: Module) -> set[str]:
    return {node.module or "" for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom)}


def test_nothing_that_meets_a_browser_asks_for_the_bytes_of_an_object() -> None:
    asking = [one.path for one in product() if one.name.startswith(DESK) and calls(one, BYTES)]
    assert not asking


def test_tiles_are_asked_for_in_one_place() -> None:
    asking = [one.name for one in product() if one.name.startswith(DESK) and 'purpose="tile"' in one.text]
    assert asking == ["tutela.hotline.review.actions.showing"]


def test_the_assessment_desk_knows_nobody_who_decodes_unseals_or_fetches() -> None:
    review = [one for one in product() if one.name.startswith("tutela.hotline.review")]
    assert len(review) > 15
    foreign = {name for one in review for name in imported(one) if name.startswith(FOREIGN)}
    assert not foreign


def test_clear_pixels_are_never_asked_of_a_media_worker_for_a_page() -> None:
    protected = next(one for one in product() if one.name == "tutela.detect.media.protected")
    asked = [
        keyword.arg
        for node in ast.walk(protected.tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    ]
    assert asked
    assert "pixels" not in asked
