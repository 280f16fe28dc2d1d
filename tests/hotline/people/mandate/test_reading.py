from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.hotline.people.mandate.samples import NOW, mandate
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.mandate.reading import SAMPLES, mandate_in_force, sample_text
from tutela.kernel.clock import FixedClock
from tutela.kernel.signing.signers import ConfigurationRefused

CLOCK = FixedClock(NOW)
WRITE = '[grants.write]  # Ask hosts, networks and registrars for removal.\ngranted = true\nlaw = "notices"'


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_signed_sample_is_in_force(tmp_path: Path, sample: str) -> None:
    rehearse(tmp_path, mandate=sample, clock=CLOCK)
    assert mandate_in_force(tmp_path, clock=CLOCK) == mandate(sample)


def test_the_home_of_the_process_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    with pytest.raises(ConfigurationRefused, match="tutela signers init"):
        mandate_in_force()
    rehearse(tmp_path, mandate="no-viewing")
    assert mandate_in_force().name == "no viewing"


def test_an_unsigned_or_altered_mandate_is_refused(tmp_path: Path) -> None:
    rehearse(tmp_path, mandate="no-viewing", clock=CLOCK)
    path = tmp_path / "configuration" / "mandate.toml"
    signed = path.read_text(encoding="utf-8")
    path.write_text(signed.replace("granted = false", "granted = true"), encoding="utf-8")
    with pytest.raises(ConfigurationRefused, match="the text was changed"):
        mandate_in_force(tmp_path, clock=CLOCK)
    path.write_text(sample_text("view-and-notify", now=NOW), encoding="utf-8")
    with pytest.raises(ConfigurationRefused, match="nobody signed"):
        mandate_in_force(tmp_path, clock=CLOCK)
    path.write_text(signed, encoding="utf-8")
    assert mandate_in_force(tmp_path, clock=CLOCK).name == "no viewing"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (WRITE, WRITE.replace("notices", "hotline-act"), "grants.write.law: .*does not support 'write'"),
        (WRITE, WRITE.replace("notices", "none"), r"grants.write.law: there is no laws\.none"),
        (WRITE, WRITE.replace('law = "notices"', ""), "grants.write.law: this is missing"),
        (
            'supports = ["write"]',
            'supports = ["write", "view"]',
            "the basis notice_right cannot support view",
        ),
        ('basis = "notice_right"', 'basis = "goodwill"', "laws.notices.basis: one of"),
        ('supports = ["write"]', 'supports = ["look"]', "laws.notices.supports: any of"),
        (
            '"notice_right"\n',
            '"notice_right"\nuntil = 2026-04-01\n',
            "the law ends before the mandate expires",
        ),
        (
            'article = "Article 1"\njurisdiction = "XX"',
            'article = "1"\njurisdiction = "FR"',
            "does not apply",
        ),
        ('jurisdiction = "XX"', 'jurisdiction = "Germany"', "a code of ISO 3166"),
        ("[laws.notices]", '[laws."Notices!"]', "a law's short name"),
        (
            "required = false\nhold_hours = 0",
            "required = false\nhold_hours = 1",
            "police_first.hold_hours: 0",
        ),
        ("at_least_days = 0", "at_least_days = 366", "keeping.at_least_days: not above"),
        ("at_most_days = 365", "at_most_days = 0", "above 0 where 'store' is granted"),
        ('delete = ["reporter"]', 'delete = ["everything"]', "after_hand_over.delete: any of"),
        ("[keeping]", "[keeping]\nforever = true", "keeping.forever: nobody knows"),
        ("[grants.write]", "[grants.punish]\ngranted = false\n[grants.write]", "grants.punish: nobody knows"),
        ('house = "example.test"\n', "", "house: this is missing"),
    ],
    ids=lambda one: one[:30],
)
def test_what_does_not_fit_together_is_refused(old: str, new: str, reason: str) -> None:
    assert mandate("view-and-notify").grants("notify_host")
    with pytest.raises(ValueError, match=reason):
        mandate("view-and-notify", (old, new))


def test_bytes_that_the_law_asks_to_keep_are_not_deleted_after_the_hand_over() -> None:
    with pytest.raises(ValueError, match=r"after_hand_over\.within_hours: bytes must be kept longer"):
        mandate("police-first", ("within_hours = 168", "within_hours = 167"))


def test_the_law_of_a_union_supports_and_an_end_is_kept() -> None:
    law = (
        'article = "Article 1"\njurisdiction = "XX"',
        'article = "16"\nuntil = 2030-01-01\njurisdiction = "EU"',
    )
    house = mandate("view-and-notify", law, ("unions = []", 'unions = ["EU"]'))
    found = house.granted["write"]
    assert found.jurisdiction == "EU" and found.until is not None and found.until.year == 2030


def test_what_the_file_says_is_what_the_house_has() -> None:
    house = mandate("police-first")
    assert house.house == "example.test" and house.jurisdiction == "XX"
    assert house.police_first.required and house.police_first.hold == timedelta(hours=72)
    assert house.after_hand_over.delete == {"bytes", "reporter"}
    assert house.keeping.at_least == timedelta(days=7) == house.after_hand_over.within
    assert house.granted["view"].basis == "police_agreement"


def test_an_unknown_sample_is_named() -> None:
    with pytest.raises(ValueError, match="one of: view-and-notify"):
        sample_text("everything", now=NOW)


def test_a_grant_that_is_left_out_is_not_granted() -> None:
    house = mandate("view-and-notify", (WRITE, ""))
    assert not house.grants("notify_host") and house.grants("assess")
