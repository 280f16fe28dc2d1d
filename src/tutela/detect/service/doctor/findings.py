"""What one check found, in words for an administrator; never a value, a token or the name of a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """The outcome of one check. ``check`` is its stable name, ``what`` was found, ``advice`` what to do."""

    check: str
    state: State
    what: str
    advice: str = ""

    def line(self) -> str:
        """``warn  what: advice``, in one line."""
        return f"{self.state:<5} {self.what}{': ' if self.advice else ''}{self.advice}"


def ok(check: str, what: str) -> Finding:
    """A finding that asks for nothing."""
    return Finding(check=check, state="ok", what=what)


def warn(check: str, what: str, advice: str) -> Finding:
    """A finding that somebody should look at; the service may run."""
    return Finding(check=check, state="warn", what=what, advice=advice)


def fail(check: str, what: str, advice: str) -> Finding:
    """A finding with which the installation must not be trusted."""
    return Finding(check=check, state="fail", what=what, advice=advice)


def summary(findings: Iterable[Finding]) -> str:
    """``2 fail, 1 warn, 20 ok``."""
    states = [one.state for one in findings]
    return ", ".join(f"{states.count(state)} {state}" for state in ("fail", "warn", "ok"))


def count(number: int, noun: str) -> str:
    """``1 token``, ``1,200 tokens``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
