"""Where pictures are inside what a browser receives. Pure: bytes in, places out, nothing decoded.

* ``kinds``: what a body is, by its declared type and by its own first bytes
* ``spelling``: how markup, scripts and addresses write a byte otherwise than as itself
* ``addresses``: ``data:`` addresses and bare base64 in text of any kind
* ``vectors``: what may not be inside an SVG
* ``parts``: the parts of a multipart body
* ``finding``: all of them together, nested ones too, and the way back: ``mended``
* ``blanks``: the neutral pictures that stand where one was held
"""
