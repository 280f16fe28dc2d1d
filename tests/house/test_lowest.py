from __future__ import annotations

import pytest

from tests.house.test_repository import declared
from tools.lowest import lowest, merged


@pytest.mark.parametrize(
    ("requirement", "wanted"),
    [
        ("numpy>=2.0", "numpy==2.0"),
        ("pyseccomp>=0.1.2; sys_platform == 'linux'", "pyseccomp==0.1.2; sys_platform == 'linux'"),
        ("httpx2[socks]>=1", "httpx2[socks]==1"),
    ],
)
def test_lowest_pins_the_bound_and_keeps_the_marker(requirement: str, wanted: str) -> None:
    assert lowest(requirement) == wanted


@pytest.mark.parametrize("requirement", ["numpy", "numpy>=2,<3", "numpy==2"])
def test_what_has_no_plain_lower_bound_is_refused(requirement: str) -> None:
    with pytest.raises(ValueError, match="lower bound"):
        lowest(requirement)


def test_a_package_that_an_extra_wants_newer_is_pinned_once() -> None:
    wanted = ["cryptography>=43", "numpy>=2.0", "cryptography>=44.0.1", "cryptography>=44"]
    assert merged(wanted) == ["cryptography>=44.0.1", "numpy>=2.0"]


def test_every_declared_requirement_has_one() -> None:
    assert all("==" in lowest(requirement) for requirement in declared())
