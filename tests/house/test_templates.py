from __future__ import annotations

import re
from pathlib import Path

import pytest

import tutela

#: Documents that leave this house as files: they carry their own styles, there is nobody to serve them.
FILES = {"templates/partners/document.html"}
#: Pages of the public's tree outside of intake: no cookie, hence no mark.
PUBLIC = {"templates/partners/answer.html"}
TEMPLATES = sorted(Path(tutela.__file__).parent.glob("**/templates/**/*.html"))


def name(path: Path) -> str:
    return "/".join(path.parts[-3:])


def test_templates_are_found() -> None:
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_marks_nothing_safe_and_holds_no_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+off|\sstyle=|\son[a-z]+=|javascript:", text)
    assert "<style" not in text or name(path) in FILES
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_form_that_is_sent_to_us_carries_its_mark(path: Path) -> None:
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), re.DOTALL)
    public = "/intake/" in str(path) or name(path) in PUBLIC
    assert all("csrf_token" in form for form in forms) or public
