"""A hundred plain hosts with as many pictures as anybody asks for: for measuring re-checks."""

from __future__ import annotations

import re
from datetime import datetime

from tutela.demo.world.answers import Answer, Request, not_found
from tutela.demo.world.contents import content

#: Last byte of the first one's address; there is room for a hundred (bar 5 of issue 5).
FIRST_ADDRESS, HOSTS_MAX = 100, 100
#: Of so many pictures one is gone.
GONE_EVERY = 10
#: The number of the one picture that all of them show.
SEED = 69_999
_PATH = re.compile(r"/n/(\d{1,9})\.jpg")


class CrowdHost:
    """Shows one and the same picture at every path ``/n/NUMBER.jpg``; where it ends in 9 nothing is left."""

    def answer(self, request: Request, now: datetime) -> Answer:
        """The picture, or that there is none."""
        found = _PATH.fullmatch(request.path)
        if found is None or is_gone(int(found[1])):
            return not_found()
        return Answer(body=content("original", SEED), content_type="image/jpeg", showed=True)


def crowd_names(count: int) -> tuple[str, ...]:
    """The names of so many hosts. Raises ValueError for more than there is room for."""
    if not 0 <= count <= HOSTS_MAX:
        raise ValueError(f"a crowd has 0 to {HOSTS_MAX} hosts")
    return tuple(f"crowd-{number:03d}.test" for number in range(count))


def crowd_address(number: int) -> str:
    """Where the host of this number stands."""
    return f"127.77.0.{FIRST_ADDRESS + number}"


def is_gone(number: int) -> bool:
    """Whether the picture of this number is gone."""
    return number % GONE_EVERY == GONE_EVERY - 1
