"""The public's pages: the ways in, help, the button for other sites. No cookie, nothing kept of who asks."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tutela.hotline.intake.forms import Form, answer_form
from tutela.hotline.intake.helping import chosen_country, help_of
from tutela.hotline.intake.languages import offered
from tutela.hotline.intake.onions import clear_of, is_onion
from tutela.hotline.intake.pages import render_page
from tutela.hotline.intake.portals import portal_of
from tutela.hotline.routes import open_page
from tutela.kernel.help.contacts import KINDS

#: The form of each way in.
SAW = Form(way="saw", template="intake/report.html")
SELF = Form(way="self", template="intake/young.html")
THREAT = Form(way="threat", template="intake/young.html")
_METHODS = ["GET", "HEAD", "POST"]


@open_page("anybody may ask which way in is theirs")
@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    """The four ways in."""
    return render_page(request, "intake/first.html", {})


@open_page("anybody may report, without saying who they are")
@require_http_methods(_METHODS)
def report(request: HttpRequest) -> HttpResponse:
    """*I saw it*: the form, the form with what to mend, or the receipt."""
    return answer_form(request, SAW)[0]


@open_page("a child may report what concerns it, without saying who it is")
@require_http_methods(_METHODS)
def me(request: HttpRequest) -> HttpResponse:
    """*It is me or someone I know*: as ``report``, in words for the young."""
    return answer_form(request, SELF)[0]


@open_page("a child may say that somebody threatens it, without saying who it is")
@require_http_methods(_METHODS)
def threat(request: HttpRequest) -> HttpResponse:
    """*Somebody is threatening me*: as ``me``."""
    return answer_form(request, THREAT)[0]


@open_page("anybody may ask who deals with what we do not")
@require_safe
def something_else(request: HttpRequest) -> HttpResponse:
    """*Something else*: the addresses of those who deal with it."""
    return render_page(request, "intake/else.html", {"way": "else"})


@open_page("anybody may look for help")
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """All help of the country that the reader chose."""
    everything = help_of(request, chosen_country(request), KINDS)
    return render_page(request, "intake/help.html", {"help": everything})


@open_page("anybody may put a button on a site of their own")
@require_safe
def button(request: HttpRequest) -> HttpResponse:
    """A piece of HTML for other sites, in each language: a plain link, without script and cookie."""
    scheme, host = settings.TUTELA_PUBLIC_URL.partition(":")[0], request.get_host()  # TLS ends before us
    here = f"{scheme}://{host}{reverse('first_page')}"
    address = f"{clear_of(portal_of(request))}/" if is_onion(host) else here  # few browsers open an onion
    shown = {"address": address, "buttons": list(offered(request))}
    return render_page(request, "intake/button.html", shown)


@open_page("whoever must leave in a hurry is led away")
@require_safe
def leave(_request: HttpRequest) -> HttpResponse:
    """The way to a page that anybody may have open; browsers are told to forget what they kept of ours."""
    response = HttpResponseRedirect(settings.TUTELA_LEAVE_TO)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.headers["Cache-Control"] = "no-store"
    return response
