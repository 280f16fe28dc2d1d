"""The guard that a person installs on their own device, by their own choice, and can remove.

Every picture that comes over the network is held until it is decided; undecided or failed means a
placeholder, never the picture. Nothing about a block is kept but a day, a path and a tier, or nothing.

* ``shapes``: what is decided about one picture (``Ruling``), and who decides (``Judge``)
* ``carriers``: where pictures are inside what a browser receives. Pure
* ``judging``: the tiers in their order, with a time limit; rulings kept in memory
* ``lists``: sealed device lists, opened and asked in a process of their own
* ``classes``: the slot for a classifier, in a process of its own
* ``proxy``: mitmproxy with an addon of ours. The only module here that knows mitmproxy
* ``screen``: the screen path: what is on the screen looked at, and veiled; it cuts short, it is never before
* ``person``: what the person decided: consent, discretion, delays, pause, leaving
* ``system``: what is changed on the device, each change with the way back
* ``running``: all of it put together, followed while the person changes it, and kept up
* ``page``: the local page of the person
* ``pilot``: a study of a clinic: what a person agrees to send, and what the clinic makes of it

Everything but ``proxy``, ``classes.scoring``, ``running.guard``, ``page`` and two modules of ``screen`` runs
in tutela's ordinary environment too.
"""
