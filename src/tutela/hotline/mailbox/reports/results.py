"""What a mail to the mailbox of reports may be. Words only."""

from __future__ import annotations

from typing import Literal, get_args

#: Reports were taken from it; nobody's whom the settings name; a claim that the server does not vouch for;
#: HTML alone; nothing in it that is read; more than one mail may hold; broken.
Result = Literal["taken", "stranger", "unproved", "html", "empty", "too_much", "unreadable"]
RESULTS: tuple[Result, ...] = get_args(Result)
#: Those of a partner's own mail that somebody has to look at: what it says was not taken in.
PARTNERS_TROUBLE: tuple[Result, ...] = ("unproved", "html", "empty", "too_much", "unreadable")
