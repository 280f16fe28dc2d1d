"""An alarm as the settings want it: whom it tells, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tutela.detect.service.hook_signing import parse_secret
from tutela.hotline.alerts.alarm import Alarm
from tutela.hotline.alerts.looking import Places, look
from tutela.hotline.alerts.settings import AlertSettings
from tutela.hotline.alerts.telling import ByHook, ByMail, Way
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.destinations import Destination, parse_destination
from tutela.kernel.egress.mail_addresses import MailAddress, parse_mail_address
from tutela.kernel.egress.posting import Post, Poster
from tutela.kernel.egress.smtp import Mailer
from tutela.kernel.errors import Invalid


def build_alarm(
    settings: AlertSettings,
    places: Places,
    *,
    mailer: Callable[[], Mailer],
    sender: MailAddress,
    guard: Callable[[], None],
    post: Post | None = None,
    clock: Clock | None = None,
) -> Alarm | None:
    """The alarm; None where nobody is to be told. Raises Invalid for a web-hook without its secret."""
    ways: list[Way] = []
    if settings.to:
        recipients = tuple(parse_mail_address(one) for one in settings.to)
        ways.append(ByMail(mailer=mailer(), sender=sender, recipients=recipients))
    if settings.hook:
        destination = check_hook(settings)
        secret = settings.hook_secret.get_secret_value()
        ways.append(ByHook(post=post or Poster().post, destination=destination, secret=secret))
    if not ways:
        return None
    clock = clock or SystemClock()
    return Alarm(partial(look, settings, places, clock=clock), ways, clock=clock, guard=guard)


def check_hook(settings: AlertSettings) -> Destination:
    """Where alerts are posted to. Raises Invalid for an address or a secret that is none."""
    destination = parse_destination(settings.hook, field="alerts.hook")
    try:
        parse_secret(settings.hook_secret.get_secret_value())
    except ValueError as error:
        raise Invalid(str(error), field="alerts.hook_secret") from error
    return destination
