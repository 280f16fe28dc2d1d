"""The pilot kit: a clinic tries the guard with people who agreed, and publishes what came of it.

Nothing here runs by itself. A person takes part by a code, sees the exact bytes before any go, and sends them
by a command of their own; the clinic receives, opens and counts; what is published carries noise.

* ``spelling``, ``codes``: pseudonymous codes that can be read out, with a check sign
* ``assigning``, ``lines``, ``office``: arms in permuted blocks from a sealed seed, and the clinic's folder
* ``studies``: the signed file that says what the study is and where reports go
* ``questions``, ``wording``: questionnaires and texts in six languages
* ``versions``: the mark of release and lists that every count carries
* ``state``, ``taking_part``: what lies on the person's device, sealed to their passphrase
* ``alone``: the same on a device without the guard, for the arm that waits
* ``reports``, ``wire``, ``sending``: the bytes that the person sees, sealed to the study, sent once
* ``store``, ``receiving``: the clinic's receiving server, which opens nothing
* ``opening``, ``analysing``, ``statistics``: reports to rows, rows to exact figures
* ``publishing``, ``rendering``: totals with noise, the figures made of them, and the report

All of it runs in both environments; the receiving server needs the extra ``service``.
"""
