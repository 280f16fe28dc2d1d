"""The person's own page, on loopback, opened with their passphrase. No script, no log, nothing sent anywhere.

* ``shapes``: what the page has to know of the guard that runs (``Running``); ``fakes`` has one for tests
* ``sessions``, ``origins``: who is let in, whose form counts
* ``wording``, ``forms``, ``bars``, ``reports``, ``helplines``, ``covered``: data to sentences and back. Pure
* ``models``, ``in_force``: whether a model is there, what lists and models say of themselves
* ``rendering``: the HTML files of ``pages``, in the language of the reader
* ``answering``: what every answer has in common
* ``open_pages``: what needs no passphrase: signing in, the emergency stop, the card after a block
* ``own_pages``, ``choice_pages``, ``record_pages``: everything else
* ``serving``: the page in a thread of its own
"""
