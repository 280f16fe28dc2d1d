"""What the person decided, and what is kept for them: nothing here tells anybody else.

* ``policy``: what is on, as plain data with a strict text form
* ``loosening``: which change of a policy loosens and which tightens
* ``device_time``: time that counts while the clock on the wall is turned
* ``delays``: tightening at once, loosening after the delay chosen beforehand; pause, leaving
* ``stopping``: the emergency stop, which waits for nothing
* ``words``, ``consent``: the texts in six languages, and the record that somebody agreed to them
* ``discretion``: the neutral names under which it runs
* ``folder``: the one folder in which all of it lies
* ``sealing``, ``counters``, ``diary``: what only the person's passphrase opens
"""
