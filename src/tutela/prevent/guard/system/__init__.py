"""What is changed on the device, each change with the way back.

* ``changes``: one change, what stood there before, and the journal's rows
* ``outside_files``: files that are not the guard's own, replaced whole and given back bit for bit
* ``gnome``, ``unpicking``: GNOME's settings; what is ours taken out of what others changed since
* ``journal``: changes applied and undone in reverse order, after a kill at any point too
* ``programs``: the one place that runs programs of the device
* ``key_places``, ``authority``: the certificate authority of this device alone, and where its key lies
* ``nss``, ``trust``: where browsers and the device keep whom they trust
* ``ports``: where the guard and its page listen
* ``proxies``, ``proxy_ways``: which proxy is set already, and how ours is set
* ``accounts``: whose program is at the other end of a connection
* ``proxy_changes``: what became of that since
* ``service``: how it starts with the person's session
* ``setting_up``, ``leaving``: all of it in one journal, and all of it undone
* ``renewing``: a new certificate before the old one ends
* ``searching``: what is left of a name
"""
