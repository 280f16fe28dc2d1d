"""Addresses of the pages about people and about one's own sign-in; every one declares its act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, path

from tutela.hotline.people import mandate_views, own_views, single_sign_on, views
from tutela.hotline.people.vouching import views as vouching
from tutela.hotline.routes import for_act, open_page

#: Pages of allauth that need no account, each with the reason. No sign-up, no mail, no reset by mail.
_OPEN: tuple[tuple[str, Callable[..., Any], str, str], ...] = (
    ("account/login/", account.login, "account_login", "people sign in here"),
    ("account/passkey/", webauthn.login_webauthn, "mfa_login_webauthn", "people sign in here with a passkey"),
    ("account/proof/", mfa.authenticate, "mfa_authenticate", "the second half of signing in"),
    ("account/logout/", account.logout, "account_logout", "whoever is half signed in may leave too"),
)
#: Pages of allauth about one's own sign-in, each with its act.
_OWN: tuple[tuple[str, Callable[..., Any], str, str], ...] = (
    ("account/again/", account.reauthenticate, "account_reauthenticate", "set_up_factor"),
    ("account/again/code/", mfa.reauthenticate, "mfa_reauthenticate", "keep_own_account"),
    (
        "account/again/passkey/",
        webauthn.reauthenticate_webauthn,
        "mfa_reauthenticate_webauthn",
        "keep_own_account",
    ),
    ("account/app/", totp.activate_totp, "mfa_activate_totp", "set_up_factor"),
    ("account/app/remove/", totp.deactivate_totp, "mfa_deactivate_totp", "keep_own_account"),
    ("account/passkeys/add/", webauthn.add_webauthn, "mfa_add_webauthn", "set_up_factor"),
    (
        "account/codes/new/",
        recovery_codes.generate_recovery_codes,
        "mfa_generate_recovery_codes",
        "keep_own_account",
    ),
)

urlpatterns: list[URLPattern] = [
    path("", views.desk, name="desk"),
    path("mandate/", mandate_views.mandate, name="mandate"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite_person"),
    path("vouching/", vouching.vouching, name="vouching"),
    path("vouching/<untrusted_id>/", vouching.vouch, name="vouch"),
    path("people/<untrusted_id>/", views.person, name="person"),
    path("people/<untrusted_id>/roles/", views.roles, name="change_roles"),
    path("people/<untrusted_id>/leave/", views.leave, name="end_account"),
    path("people/<untrusted_id>/reset/", views.reset, name="reset_sign_in"),
    path("join/<untrusted_token>/", own_views.join, name="join"),
    path("account/sign-on/<provider_id>/login/", single_sign_on.sign_on, name="openid_connect_login"),
    path(
        "account/sign-on/<provider_id>/login/callback/",
        single_sign_on.sign_on_callback,
        name="openid_connect_callback",
    ),
    path("account/", own_views.own_account, name="own_account"),
    # allauth knows the same page by two names of its own.
    path("account/", own_views.own_account, name="mfa_index"),
    path("account/", own_views.own_account, name="mfa_list_webauthn"),
    path("account/passkeys/<int:place>/remove/", own_views.remove_passkey, name="remove_passkey"),
    path("account/password/", own_views.change_password, name="account_change_password"),
    path(
        "account/codes/",
        for_act("keep_own_account")(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    *(path(address, open_page(because)(view), name=name) for address, view, name, because in _OPEN),
    *(path(address, for_act(act, write=act)(view), name=name) for address, view, name, act in _OWN),
]
