"""Who can take it down, and telling them: registries, security.txt, texts in six languages, X-ARF, DKIM.

**Finding** (``docs/explanation/recipients.md``). What a caller needs:

* ``places.read_place(url, address=..., network_number=..., country=..., untrusted_headers=...)`` -> ``Place``
* ``registries.Registries``: the protocol that carries one question out; ``fetched.FetchedRegistries`` does it
  with a fetcher of this process, ``registries.MemoryRegistries`` from a table
* ``bootstrap.shipped_bootstrap()``, or ``bootstrap.parse_bootstrap(text, encrypted_only=False)`` on loopback
* ``asking.Asker(registries, bootstrap, clock=...)``: one for each process; it keeps answers and the pace
* ``book.ContactsBook``: the contacts of the house, which always win; ``book.MemoryBook`` is the fake. Entries
  are written by people or imported, never from what a look-up found: two sources have to be two
* ``finding.find_recipients(place, asker, book=..., own_country=..., max_age_seconds=...)`` -> ``Found``: the
  ladder of ``ladder.Candidate``, each with ``provenance``, ``reasons`` and ``person``. Where
  ``found.retry_after_seconds`` is not None, the same call is made again then; it goes on where it was

``person`` is ``none`` (go on), ``first_contact`` (somebody agrees once) or ``always`` (the address could be
the offender's: somebody agrees each time). A ``form`` is filled in by a person whatever ``person`` says.

**Telling** (``docs/explanation/notices.md``). What a caller needs:

* ``contents``: what a letter says, checked when it is made: ``Letterhead``, ``NoticeContent``,
  ``RetractionContent``; ``laws.known_law(country, legal_class)`` for a law of either side
* ``letters.build_notice_letter(content, head, now=..., test_mailbox=None)`` and ``build_retraction_letter``
  -> ``kernel.egress.letters.Letter``; ``forms.build_form_fields`` and ``build_retraction_fields`` for hosts
  that take only a form
* ``dkim_signing.read_dkim_key(selector, pem)`` and ``sign_letter(letter, keys, now=...)``
* ``replies.parse_reply(untrusted_bytes)`` -> ``Reply``: which notice, what it claims, whether the address is
  dead. It is never believed: it says *look now*
* ``tables.parse_table`` and ``xarf.parse_xarf`` read what a letter carries for programs, as a recipient does
"""
