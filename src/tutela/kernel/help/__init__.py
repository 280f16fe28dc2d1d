"""The directory of helplines and report points by country, as data: crisis first, each with its grade."""

from tutela.kernel.help.contacts import Contact, Grade, Kind, Note
from tutela.kernel.help.directory import contacts, countries, country_name, help_for, is_country

__all__ = [
    "Contact",
    "Grade",
    "Kind",
    "Note",
    "contacts",
    "countries",
    "country_name",
    "help_for",
    "is_country",
]
