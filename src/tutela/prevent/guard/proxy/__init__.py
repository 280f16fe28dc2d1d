"""The network path: mitmproxy as a library with an addon of ours. The only room that knows mitmproxy.

* ``policy``: what the person chose, and every limit
* ``asking``: how a request is changed so that whole pictures come back
* ``planning``: what becomes of an answer, known from its header fields alone
* ``decoding``: content encodings, within limits
* ``streaming``: answers that pass piece by piece: watched at their start, or with a blank instead
* ``holding``: an answer turned into the neutral picture
* ``ruling``: the judge asked in threads, with a time limit
* ``reading``: a whole answer looked through: passed, mended or held
* ``sockets``: messages of WebSockets
* ``accounts``: connections of other accounts of the device, which get one sentence
* ``addon``: all of it as hooks of mitmproxy
* ``authority``: certificates made in memory; ``quiet``: nothing written, nothing named
* ``running``: started and stopped; ``coverage``: what is covered and what is not; ``fakes``: for tests
"""
