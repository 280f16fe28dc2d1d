"""The guard shown on a benign world: a browser, a site of every way on which pictures come, a screen watched.

* ``marks``: colours by which a machine sees what is on the screen. Pure
* ``pictures``: generated pictures: declared known, of the stand-in class, harmless; ``films``: a film of one
* ``deliveries``, ``wrappings``, ``scripted``, ``filmed``: how a picture comes to a page
* ``ways``: the ways by the names of the coverage table; ``pages``: a page of one of them
* ``serving``, ``http2``, ``http3``, ``site``: the site on loopback, over TLS, with its own authority
* ``lists``: a sealed device list of what is declared known; ``device``: a home with the guard set up in it
* ``behind``: the guard in a process of its own
* ``browser``, ``screen``, ``sampling``: Chromium, its screen, and who looks at it all the time
* ``stage``: all of it together; ``visiting``: pages visited one after another, with what was seen
* ``shown_page``, ``run``: the demonstration (``make demo-guard``)

It runs in the guard's own environment. The proof of bar i5-1 stands on the same stage.
"""
