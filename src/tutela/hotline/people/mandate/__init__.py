"""What this house may do, as signed configuration: an act that the mandate does not grant is refused.

``mandate_in_force().check("notify_host")`` raises Refused with the reason. No Django here: all processes ask.
"""

from tutela.hotline.people.mandate.acts import ACTS, Act
from tutela.hotline.people.mandate.reading import MANDATE, mandate_in_force, sample_text
from tutela.hotline.people.mandate.shapes import Mandate, NotInMandate

__all__ = ["ACTS", "MANDATE", "Act", "Mandate", "NotInMandate", "mandate_in_force", "sample_text"]
