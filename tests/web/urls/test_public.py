from __future__ import annotations

from django.urls import get_resolver


def test_every_address_of_the_tree_has_a_view() -> None:
    for pattern in get_resolver("tutela.web.urls.public").url_patterns:
        assert pattern.pattern is not None
