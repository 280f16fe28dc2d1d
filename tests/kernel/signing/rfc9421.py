"""The test messages, keys and signatures of RFC 9421 appendix B that are made with Ed25519."""

from __future__ import annotations

import base64

from tutela.kernel.signing.signature_bases import Message

#: Appendix B.1.4, test-key-ed25519: the private and the public half.
PRIVATE = base64.b64decode("n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=")
PUBLIC = base64.b64decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
#: Appendix B.2, test-request.
REQUEST = Message(
    method="POST",
    authority="example.com",
    path="/foo",
    query="param=Value&Pet=dog",
    fields=(
        ("Host", "example.com"),
        ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Type", "application/json"),
        (
            "Content-Digest",
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
        ),
        ("Content-Length", "18"),
    ),
)
BODY = b'{"hello": "world"}'
#: Appendix B.2.6.
B26_INPUT = (
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
B26_SIGNATURE = (
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
)
#: Appendix B.4: the request before it is transformed, and its signature.
TRANSFORMED = Message(
    method="GET",
    authority="example.org",
    path="/demo",
    query="name1=Value1&Name2=value2",
    fields=(
        ("Host", "example.org"),
        ("Date", "Fri, 15 Jul 2022 14:24:55 GMT"),
        ("Accept", "application/json"),
        ("Accept", "*/*"),
    ),
)
B4_INPUT = 'transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"'
B4_SIGNATURE = (
    "transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:"
)
