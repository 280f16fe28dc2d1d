"""Who may come in, what is told to whom, and which secrets that takes; none of them is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from tutela.detect.service.canary import KEY_BYTES, KEY_FILE
from tutela.detect.service.deliveries import FILE
from tutela.detect.service.doctor.findings import Finding, count, fail, ok, warn
from tutela.detect.service.hook_opening import endpoints_of
from tutela.detect.service.settings import ServiceSettings
from tutela.detect.service.token_file import TokenRecord, read_tokens
from tutela.kernel.errors import TutelaError

#: How long before its end a token is told about: two weekly rounds of an administrator.
SOON = timedelta(days=14)
#: Folder of the list feed in the data folder.
FEED = "feed"


def tokens(path: Path, now: datetime) -> tuple[list[Finding], tuple[TokenRecord, ...]]:
    """Does anybody's token end soon, and are limits raised; also the records that are valid."""
    try:
        records = read_tokens(path)
    except TutelaError:
        advice = "put the newest copy of tokens.json back: until then nobody comes in"
        return [fail("tokens", "the token file is damaged or cannot be read", advice)], ()
    valid = tuple(one for one in records if one.made <= now < one.expires)
    return list(_tokens(valid, ended=len(records) - len(valid), now=now)), valid


def _tokens(valid: Sequence[TokenRecord], *, ended: int, now: datetime) -> Iterator[Finding]:
    see = "tutela service token list"
    if not valid:
        yield warn("tokens", "nobody may ask: there is no valid token", "tutela service token add")
        return
    soon = sum(one.expires <= now + SOON for one in valid)
    raised = sum(one.limits.raised for one in valid)
    if soon:
        said = f"{count(soon, 'token')} will end within {SOON.days} days"
        yield warn("tokens", said, f"give out new ones in time: {see}")
    else:
        yield ok(
            "tokens", f"{count(len(valid), 'valid token')}, none ends within {SOON.days} days; {ended} ended"
        )
    if raised:
        said = f"{count(raised, 'token')} with raised limits: probing is noticed later"
        yield warn("raised", said, f"revoke what no measurement needs: {see}")
    else:
        yield ok("raised", "no token has raised limits")


def feed_key(folder: Path, valid: Sequence[TokenRecord]) -> Finding:
    """Is the key there with which a list that leaked names its recipient (threat ST-17)."""
    check, given = "feed-key", (folder / FEED / FILE).exists()
    try:
        size = (folder / KEY_FILE).stat().st_size
    except OSError:
        if given:
            said = "the key of the list feed is gone: a list that leaked can no longer be traced"
            return fail(check, said, "put its copy back before the next fetch draws another one")
        if any(one.feeds for one in valid):
            advice = "it is drawn at the first fetch: back it up then"
            return warn(check, "a token may fetch lists, and there is no key for canaries yet", advice)
        return ok(check, "no list leaves through the feed")
    if size != KEY_BYTES:
        return fail(check, "the key of the list feed is damaged", "put its copy back")
    return ok(check, "the key of the list feed is there; keep a copy elsewhere")


def hook_secrets(settings: ServiceSettings) -> Finding:
    """Has every receiver of web-hooks an address that may be used and its own signing secret."""
    try:
        endpoints = endpoints_of(settings)
    except TutelaError as error:
        return fail("hooks", "web-hooks cannot work as they are set", error.public_message())
    if not endpoints:
        return ok("hooks", "nobody is told by web-hook")
    changing = sum(len(one.secrets) > 1 for one in endpoints)
    said = f"{count(len(endpoints), 'receiver')} of web-hooks, each with a secret of its own"
    return ok("hooks", f"{said}; {changing} change over" if changing else said)
