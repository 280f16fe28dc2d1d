"""The visitor: Chromium on the server, where one fetch does not reach, and what an analyst is told of a page.

``outline`` is what leaves for a person's eyes: text and numbered things, never a picture. ``browsers`` says
what is needed of a browser, ``chromium`` is one, ``scripted`` the fake beside it; ``devtools`` is the pipe to
Chromium. ``orders`` is what a visitor is asked and answers, ``serving`` does it in the visitor's process,
``asking`` asks from another one. It holds public keys and the fetch key, as the fetcher does.
"""
