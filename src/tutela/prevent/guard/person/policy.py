"""What the guard does, as the person chose it: plain data, and one strict text for each policy.

The file is JSON in exactly one form (sorted names, two spaces, a line feed), so that two equal policies are
equal files. Nobody else writes it: what is unknown, missing or of another type is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from tutela.kernel.formats import check_version

#: Version of the file.
FORMAT = 1
#: Hours that a loosening waits (issue 6: 0, 1, 24, 72).
DelayHours = Literal[0, 1, 24, 72]
#: What is offered at a block.
AfterBlock = Literal["nothing", "exercise", "self-help", "helpline"]
#: Films: their key frames are looked at before they go on, or none goes on.
Films = Literal["checked", "blocked"]
#: Films in segments (HLS, DASH) are not covered: they pass, or none goes on.
Segments = Literal["passed", "blocked"]
#: By what the person sees that it runs. There is no choice without a sign (governance.md section 3).
Sign = Literal["message", "page"]
#: Hosts at most that are never intercepted (our own: a list that a person can read).
HOSTS_MAX = 200
#: Characters of a host name at most (RFC 1035).
_HOST_CHARACTERS_MAX = 253

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})+", re.ASCII)
_CHOICES: Mapping[str, tuple[Any, ...]] = {
    "delay_hours": get_args(DelayHours),
    "after_block": get_args(AfterBlock),
    "films": get_args(Films),
    "segments": get_args(Segments),
    "sign": get_args(Sign),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What is on. ``never_intercepted``: hosts, each with all below it, sorted, in ASCII.

    Raises ValueError naming the field that holds anything else.
    """

    known_lists: bool = True
    classifier: bool = False
    adult: bool = False
    screen: bool = False
    films: Films = "checked"
    segments: Segments = "passed"
    never_intercepted: tuple[str, ...] = ()
    sign: Sign = "message"
    keep_nothing: bool = False
    delay_hours: DelayHours = 24
    after_block: AfterBlock = "nothing"

    def __post_init__(self) -> None:
        for field in ("known_lists", "classifier", "adult", "screen", "keep_nothing"):
            if type(getattr(self, field)) is not bool:
                raise ValueError(f"{field}: true or false")
        for field, choices in _CHOICES.items():
            _check_choice(field, getattr(self, field), choices)
        if self.never_intercepted != checked_hosts(self.never_intercepted):
            raise ValueError("never_intercepted: each host once, in their order, in small letters")

    def intercepts(self, host: str) -> bool:
        """Whether connections to this host are looked into. Any letters, a last dot is passed over."""
        asked = host.lower().removesuffix(".")
        return not any(asked == one or asked.endswith(f".{one}") for one in self.never_intercepted)


def _check_choice(field: str, value: object, choices: tuple[Any, ...]) -> None:
    """Returns where ``value`` is one of the choices; ``True`` is not 1 here."""
    if not any(type(value) is type(one) and value == one for one in choices):
        raise ValueError(f"{field}: one of {', '.join(map(str, choices))}")


def checked_hosts(untrusted: Iterable[str]) -> tuple[str, ...]:
    """The hosts in their one form: small letters, sorted, each once. Raises ValueError naming a wrong one.

    A host needs two labels: ``com`` alone would switch the guard off for most of the internet.
    """
    hosts = sorted({_host(one) for one in untrusted})
    if len(hosts) > HOSTS_MAX:
        raise ValueError(f"never_intercepted: at most {HOSTS_MAX} hosts")
    return tuple(hosts)


def _host(untrusted: object) -> str:
    host = untrusted.strip().lower().removesuffix(".") if isinstance(untrusted, str) else ""
    if len(host) > _HOST_CHARACTERS_MAX or not _HOST.fullmatch(host):
        raise ValueError(f"never_intercepted: {untrusted!r} is no host name such as bank.example")
    return host


def render_policy(policy: Policy) -> str:
    """The one text of this policy."""
    return json.dumps({"format": FORMAT, **asdict(policy)}, indent=2, sort_keys=True) + "\n"


def parse_policy(untrusted_text: str) -> Policy:
    """The policy of a text that ``render_policy`` wrote. Raises ValueError saying what is wrong in it."""
    row = json.loads(untrusted_text, object_pairs_hook=_without_doubles)
    if not isinstance(row, dict):
        raise ValueError("a policy is a JSON object")
    check_version("the policy", row.pop("format", None), reads=FORMAT)
    names = {field.name for field in fields(Policy)}
    if set(row) != names:
        raise ValueError(f"a policy has exactly these names: {', '.join(sorted(names))}")
    if not isinstance(row["never_intercepted"], list):
        raise ValueError("never_intercepted: a list of hosts")
    policy = Policy(**{**row, "never_intercepted": tuple(row["never_intercepted"])})
    if render_policy(policy) != untrusted_text:
        raise ValueError("a policy has one form: sorted names, two spaces, a line feed at the end")
    return policy


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found
