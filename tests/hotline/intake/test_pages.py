from __future__ import annotations

import pytest
from django.test import RequestFactory

from tutela.hotline.intake.pages import PAGE_BYTES, render_page


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_says_its_language_and_has_a_whole_size(language: str) -> None:
    request = RequestFactory().get("/receipt", {"language": language})
    response = render_page(request, "intake/receipt.html", {"asked": False}, status=418)
    assert response.status_code == 418 and response.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in response.content.decode()
    assert len(response.content) % PAGE_BYTES == 0
