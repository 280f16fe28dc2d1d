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


#: Pages: what begins one of the two frames. The frames themselves have language, landmarks and the skip link.
PAGES = [
    path
    for path in TEMPLATES
    if re.search(r'{% extends "(web/base|intake/page|web/refused)\.html"', path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("frame", ["web/base.html", "intake/page.html"])
def test_both_frames_say_their_language_and_have_landmarks_and_a_way_past_the_menu(frame: str) -> None:
    text = next(path for path in TEMPLATES if str(path).endswith(frame)).read_text(encoding="utf-8")
    assert re.search(r'<html lang="{{ language }}" dir="', text)
    first, main = text.index('<a class="skip" href="#main">'), text.index('<main id="main" tabindex="-1">')
    assert text.index("<body>") < first < text.index("<header") < text.index("<nav aria-label=") < main
    assert main < text.index("<footer")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_has_a_title_and_its_heading(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "<h1" in text
    assert "{% block title %}" in text or "web/refused.html" in text or path.name == "desk.html"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_field_has_a_label_and_every_picture_words(path: Path) -> None:
    text = re.sub(
        r"<label[^>]*>(?:(?!</label>).)*<(?:input|select)",
        "<label",
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", text):
        known = re.search(r'\bid="([^"]+)"', tag)
        labelled = known is not None and f'<label for="{known[1]}"' in text
        assert 'type="hidden"' in tag or labelled or "aria-label" in tag, tag
    assert all(" alt=" in tag for tag in re.findall(r"<img[^>]*>", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_lists_stay_lists_and_tables_can_be_scrolled_and_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<(?:ul|ol|dl|table)\b[^>]*\brole=", text)
    if name(path) not in FILES:
        regions = re.findall(r'<div class="scroll" tabindex="0" role="region" aria-label="', text)
        assert len(regions) == len(re.findall(r"<table\b", text))
    assert all("scope=" in tag for tag in re.findall(r"<th\b[^>]*>", text)) or name(path) in FILES
