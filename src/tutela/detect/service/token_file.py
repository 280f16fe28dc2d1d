"""The file ``tokens.json``: who was given a token, for what and until when; never a token itself.

Each record holds the SHA-256 of a token of 256 random bits. The file is 0600 and always replaced as a
whole; whoever changes it holds the lock ``tokens.lock`` beside it. What root writes belongs to the owner of
the folder, so that the service can read it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from tutela.detect.matching.sections import replace_file
from tutela.detect.service.locks import open_lock
from tutela.detect.service.private_folder import make_private
from tutela.detect.service.roles import ROLES, Caller, CallerLimits, Role
from tutela.kernel.clock import iso_utc
from tutela.kernel.errors import Conflict, Invalid, Refused, Unavailable
from tutela.kernel.formats import NewerFormatError, check_version
from tutela.kernel.ids import is_id, new_id

#: Random bytes of a token: 256 bits (ASVS 5.0 asks for 128 and more; governance.md section 6).
TOKEN_BYTES = 32
#: What every token begins with, so that a secret scanner can name it.
TOKEN_PREFIX = "tut_"  # noqa: S105 - the public part of every token, no secret
#: Longest life of a token in days: a year and a month for the hand-over; our own choice.
LIFE_DAYS_MAX = 400
#: Tokens in one file: each is compared on every request, about 0.2 microseconds each.
TOKENS_MAX = 1_000
#: Bytes of the file: 1,000 records of 2 kB.
FILE_BYTES_MAX = 2 << 20
#: What the file says that it is.
_FORMAT = "tutela-tokens"
#: Version of the file (decisions.md section 12: the files of release n-1 are read).
TOKENS_VERSION = 1

_LIMITS = tuple(one.name for one in fields(CallerLimits))
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
#: As ``changes.LIST_NAME``, which this low module does not need to know.
_FEED = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", re.ASCII)
_PURPOSE = re.compile(r"\S[^\x00-\x1f\x7f-\x9f\u2028\u2029]{8,298}\S")


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenRecord:
    """One token's record; ``digest`` is the SHA-256 of the token in hex. Raises ValueError when wrong."""

    name: str
    id: str
    digest: str
    roles: tuple[Role, ...]
    purpose: str
    made: datetime
    expires: datetime
    limits: CallerLimits
    lifted: datetime | None = None
    #: Lists that leave to this recipient through the list feed (decisions.md section 9).
    feeds: tuple[str, ...] = ()
    #: The row as it was read: what a newer release wrote into it is kept when the file is written again.
    row: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        checks = {
            "name: 1 to 64 of a-z, 0-9, dot, dash, underscore": bool(_NAME.fullmatch(self.name)),
            "id: as made by tutela": is_id(self.id),
            "digest: 64 hexadecimal digits": bool(_DIGEST.fullmatch(self.digest)),
            f"roles: one or more of {', '.join(ROLES)}": (
                bool(self.roles or self.feeds or self.newer_roles) and set(self.roles) <= set(ROLES)
            ),
            "feeds: names of lists": all(map(_FEED.fullmatch, self.feeds)),
            "purpose: a sentence of 10 to 300 characters": _is_sentence(self.purpose),
            f"expires: after it was made, at most {LIFE_DAYS_MAX} days": (
                self.made < self.expires <= self.made + timedelta(days=LIFE_DAYS_MAX)
            ),
        }
        for said, right in checks.items():
            if not right:
                raise ValueError(said)

    @property
    def newer_roles(self) -> tuple[str, ...]:
        """Roles that only a newer release knows: they are kept, and give no right here."""
        return tuple(role for role in self.row.get("roles", ()) if role not in ROLES)

    def caller(self) -> Caller:
        """The caller that the token stands for."""
        return Caller(
            name=self.name,
            id=self.id,
            roles=frozenset(self.roles),
            purpose=self.purpose,
            limits=self.limits,
            lifted_seconds=self.lifted.timestamp() if self.lifted else 0.0,
            feeds=frozenset(self.feeds),
        )


def _is_sentence(purpose: str) -> bool:
    return bool(_PURPOSE.fullmatch(purpose)) and " " in purpose


def digest_of(untrusted_token: str) -> str:
    """SHA-256 of a token in hex, whatever the text is."""
    return hashlib.sha256(untrusted_token.encode("utf-8", "surrogatepass")).hexdigest()


def parse(untrusted_file: bytes) -> tuple[TokenRecord, ...]:
    """The records of a token file. Raises ValueError for anything that is not exactly one."""
    try:
        tree = json.loads(untrusted_file)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("is no JSON") from error
    if not isinstance(tree, dict) or tree.get("format") != _FORMAT:
        raise ValueError("is no token file")
    check_version("tokens.json", tree.get("version"), reads=TOKENS_VERSION)
    rows = tree.get("tokens")
    if not isinstance(rows, list) or len(rows) > TOKENS_MAX:
        raise ValueError(f"holds a list of at most {TOKENS_MAX} tokens")
    records = tuple(_record(row) for row in rows)
    for name in ("name", "id", "digest"):
        if len({getattr(one, name) for one in records}) < len(records):
            raise ValueError(f"{name}: each occurs once")
    return records


def _record(row: Any) -> TokenRecord:
    try:
        times: dict[str, Any] = {name: _moment(row[name]) for name in ("made", "expires", "lifted")}
        return TokenRecord(
            **{name: row[name] for name in ("name", "id", "digest", "purpose")},
            **times,
            roles=tuple(role for role in _texts(row["roles"]) if role in ROLES),
            feeds=_texts(row.get("feeds", [])),
            limits=CallerLimits(**{name: row["limits"][name] for name in _LIMITS if name in row["limits"]}),
            row=row,
        )
    except (KeyError, TypeError) as error:
        raise ValueError("a record lacks a field or has a wrong one") from error


def _texts(untrusted: Any) -> tuple[Any, ...]:
    if not isinstance(untrusted, list) or not all(isinstance(one, str) for one in untrusted):
        raise TypeError("not a list of texts")
    return tuple(untrusted)


def _moment(text: Any) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time says that it is UTC: 2026-01-02T03:04:05Z")
    return moment


def serialized(records: Sequence[TokenRecord]) -> bytes:
    """The file that holds these records; ``parse`` gives them back to the second."""
    tree = {"format": _FORMAT, "version": TOKENS_VERSION, "tokens": [_row(one) for one in records]}
    return (json.dumps(tree, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _row(record: TokenRecord) -> dict[str, Any]:
    """The record over what a newer release had written into its row."""
    known = {name: value for name, value in asdict(record).items() if name != "row"}
    return {
        **record.row,
        **known,
        "roles": [*record.roles, *record.newer_roles],
        "limits": {**record.row.get("limits", {}), **known["limits"]},
        "made": iso_utc(record.made),
        "expires": iso_utc(record.expires),
        "lifted": iso_utc(record.lifted) if record.lifted else None,
    }


def read_tokens(path: Path) -> tuple[TokenRecord, ...]:
    """The records of the file at ``path``, none when there is no file. Raises Unavailable, Invalid for a file
    of a newer release.

    A file that others than its owner may write to is as damaged as one that cannot be parsed.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(FILE_BYTES_MAX + 1)
            writable = path.stat().st_mode & 0o022
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise Unavailable(f"the token file cannot be read: {error.strerror}") from error
    if writable or len(raw) > FILE_BYTES_MAX:
        raise Unavailable("the token file is too large, or others than its owner may write to it")
    try:
        return parse(raw)
    except NewerFormatError as error:
        raise Invalid(str(error), field=path.name) from error
    except ValueError as error:
        raise Unavailable("the token file is damaged: nobody comes in until it is put right") from error


def _hand_over(file: BinaryIO, folder: Path) -> None:
    """Gives a file that root made to the owner of its folder, where the file system lets root do so."""
    if os.geteuid() == 0:
        owner = folder.stat()
        with suppress(PermissionError):
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)


@contextmanager
def _changing(path: Path) -> Iterator[list[TokenRecord]]:
    """The records, to be changed in place; the file is replaced when the block ends well."""
    try:
        make_private(path.parent)
        with open_lock(path.with_suffix(".lock")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _hand_over(lock, path.parent)
            records = list(read_tokens(path))
            yield records
            raw = serialized(records)

            def write(stream: BinaryIO) -> None:
                stream.write(raw)
                _hand_over(stream, path.parent)

            replace_file(path, write)
    except OSError as error:
        raise Unavailable(f"the token file cannot be written: {error.strerror}") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What an operator asks for when a token is given out."""

    name: str
    roles: Sequence[Role]
    purpose: str
    days: int
    limits: CallerLimits
    feeds: Sequence[str] = ()


def issue(path: Path, wanted: Wanted, now: datetime) -> tuple[str, TokenRecord]:
    """The new token, to be shown once and never kept, and its record.

    Raises Invalid for a wrong field, Conflict when the name is taken by a token that has not expired,
    Unavailable when the file cannot be read or written.
    """
    token, made = TOKEN_PREFIX + secrets.token_hex(TOKEN_BYTES), now.replace(microsecond=0)
    try:
        record = TokenRecord(
            name=wanted.name,
            id=new_id("tok_"),
            digest=digest_of(token),
            roles=tuple(role for role in ROLES if role in wanted.roles),
            purpose=wanted.purpose,
            made=made,
            expires=made + timedelta(days=wanted.days),
            limits=wanted.limits,
            feeds=tuple(dict.fromkeys(wanted.feeds)),
        )
    except ValueError as error:
        raise Invalid(str(error), field="token") from error
    with _changing(path) as records:
        if any(one.name == wanted.name and one.expires > now for one in records):
            raise Conflict("there is a token of this name; revoke it first")
        records[:] = [one for one in records if one.name != wanted.name]
        if len(records) >= TOKENS_MAX:
            raise Conflict(f"there are {TOKENS_MAX} tokens; revoke those that nobody uses")
        records.append(record)
    return token, record


def revoke(path: Path, name: str) -> TokenRecord:
    """The record of the token that is valid no longer. Raises Refused when there is none of this name."""
    with _changing(path) as records:
        record = _named(records, name)
        records.remove(record)
    return record


def lift(path: Path, name: str, now: datetime) -> TokenRecord:
    """The record of the caller whose cut-offs up to now are lifted. Raises Refused when there is none."""
    with _changing(path) as records:
        record = _named(records, name)
        lifted = replace(record, lifted=now + timedelta(seconds=1))
        records[records.index(record)] = lifted
    return lifted


def _named(records: Sequence[TokenRecord], name: str) -> TokenRecord:
    record = next((one for one in records if one.name == name), None)
    if record is None:
        raise Refused("there is no token of this name")
    return record
