"""Calls of ``tutela list`` by a publisher and by organisations that approve, each with its own key."""

from __future__ import annotations

from pathlib import Path

from tests.commands.list_calls import MD5, Caller, csv_file
from tests.detect.matching.making import value
from tutela.kernel.signing.signing_keys import new_key, write_key

SHA256 = [value(number).hex() for number in (901, 902, 903)]
PDQ = value(904).hex()
ROWS = (
    *(f"sha256,{one},e{number},csam" for number, one in enumerate(SHA256)),
    f"md5,{MD5[0]},e0,csam",
    f"pdq,{PDQ},e0,csam",
)
HOUSES = {"lists": ("Lists", "CH"), "north": ("North Hotline", "DE"), "south": ("South Hotline", "PT")}


class Sealers:
    """A folder with a list, keys of a publisher and of two organisations, and their calls."""

    def __init__(self, call: Caller, folder: Path) -> None:
        self.call, self.folder, self.keys = call, folder, folder / "keys"
        self.list = self.listed()
        for name in HOUSES:
            write_key(self.keys, new_key(name))
        self.proposal = folder / "a.proposal"

    def listed(self, *rows: str, name: str = "known", law: str = "Example Act") -> Path:
        path = self.folder / f"{name}.tlist"
        words = ("--law", law, "--approved", "--device-perceptual", "--name", "known")
        assert self.call("import", csv_file(self.folder, *(rows or ROWS)), "-o", path, *words) == 0
        return path

    def signs(self, name: str) -> tuple[str | Path, ...]:
        return ("--as", name, "--keys", self.keys)

    def speaks(self, name: str) -> tuple[str | Path, ...]:
        organisation, jurisdiction = HOUSES[name]
        return (*self.signs(name), "--organisation", organisation, "--jurisdiction", jurisdiction)

    def propose(self, *words: str | Path, source: Path | None = None) -> int:
        return self.call(
            "propose",
            source or self.list,
            "-o",
            self.proposal,
            "--number",
            "1",
            *self.speaks("lists"),
            *words,
        )

    def approve(self, name: str, *words: str | Path, source: Path | None = None) -> Path:
        path = self.folder / f"{name}.approval"
        speaks = self.speaks(name)
        assert self.call("approve", source or self.list, self.proposal, "-o", path, *speaks, *words) == 0, (
            self.call.err
        )
        return path

    def sealing(self, *approvals: Path) -> tuple[str | Path, ...]:
        """The words of a call that seals."""
        output = self.folder / "known.tdevice"
        return (
            "seal",
            self.list,
            self.proposal,
            *approvals,
            "--for",
            "device",
            "-o",
            output,
            *self.signs("lists"),
        )
