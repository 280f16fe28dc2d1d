"""Pictures that a script brings onto a page: fetched, in JSON, from sockets and streams.

A script runs as the body of an async function; ``slot`` is the element for its picture. What a page's
scripts share is in ``HELPERS``.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Final

from tutela.demo.guard.deliveries import Answer, Delivery, Places
from tutela.demo.guard.pictures import Picture
from tutela.demo.guard.wrappings import address

#: Functions for the scripts of a page.
HELPERS: Final = """
const shown = (slot, source) => new Promise(end => {
  const image = new Image(); image.onload = image.onerror = end; image.src = source; slot.append(image); });
const show = (slot, bytes, type) => shown(slot, URL.createObjectURL(new Blob([bytes], {type})));
const paint = async (slot, picture) => { const canvas = document.createElement('canvas');
  canvas.width = picture.width; canvas.height = picture.height;
  canvas.getContext('2d').drawImage(picture, 0, 0); slot.append(canvas); };
const painted = async (slot, source) => { const image = new Image(); image.src = source;
  await image.decode(); await paint(slot, image); };
const play = (slot, source) => new Promise(end => { const film = document.createElement('video');
  film.muted = film.autoplay = true; film.onplaying = film.onerror = end; film.src = source;
  slot.append(film); });
const heard = path => new Promise(end => {
  const socket = new WebSocket(location.origin.replace('http', 'ws') + path);
  socket.binaryType = 'arraybuffer'; socket.onclose = socket.onerror = () => end(null);
  socket.onmessage = event => end(event.data); });
const event = path => new Promise(end => { const stream = new EventSource(path);
  const ended = told => { stream.close(); end(told); };
  stream.onerror = () => ended(''); stream.onmessage = event => ended(event.data); });
const fetched = async (path, asked) => (await fetch(path, asked)).arrayBuffer();
"""
_JPEG: Final = "image/jpeg"


def in_json(picture: Picture, places: Places) -> Delivery:
    """An address in JSON."""
    body = json.dumps({"title": "one", "picture": address(picture)}).encode()
    script = "await shown(slot, (await (await fetch('{0}')).json()).picture);"
    return fetching(places, Answer(body=body, content_type="application/json"), script)


def bare(picture: Picture, places: Places) -> Delivery:
    """Base64 without an address, in JSON or in a script."""
    letters = b64encode(picture.encoded("jpeg")).decode()
    if picture.turn % 2:
        script = f"await shown(slot, 'data:{_JPEG};base64,' + '{letters}');"
        return Delivery(html=slot(places), script=scoped(places, script))
    body = json.dumps({"picture": letters}).encode()
    script = f"await shown(slot, 'data:{_JPEG};base64,' + (await (await fetch('{{0}}')).json()).picture);"
    return fetching(places, Answer(body=body, content_type="application/json"), script)


def in_script(picture: Picture, places: Places) -> Delivery:
    """An address in a script, which makes a canvas or a blob of it."""
    told = address(picture)
    script = (
        f"await painted(slot, '{told}');",
        f"await show(slot, await fetched('{told}'), '{_JPEG}');",
        f"await shown(slot, '{told}');",
    )[picture.turn % 3]
    return Delivery(html=slot(places), script=scoped(places, script))


def fetched(picture: Picture, places: Places) -> Delivery:
    """A file that a script fetches and puts onto a canvas or into a blob."""
    script = (
        "await show(slot, await fetched('{0}'), 'image/jpeg');",
        "await paint(slot, await createImageBitmap(await (await fetch('{0}')).blob()));",
    )[picture.turn % 2]
    return fetching(places, Answer(body=picture.encoded("jpeg"), content_type=_JPEG), script)


def by_worker(picture: Picture, places: Places) -> Delivery:
    """A file that a service worker brings."""
    worker = f"{places.path}/worker.js"
    code = (
        "oninstall = () => skipWaiting(); onactivate = event => event.waitUntil(clients.claim());"
        "onfetch = event => event.respondWith(fetch(event.request.url));"
    )
    script = (
        f"const ready = await navigator.serviceWorker.register('{worker}', {{scope: '/'}});"
        "while (!navigator.serviceWorker.controller) await new Promise(end => setTimeout(end, 5));"
        "await shown(slot, '{0}'); await ready.unregister();"
    ).replace("{0}", f"{places.path}/file")
    answers = {
        worker: Answer(
            body=code.encode(), content_type="text/javascript", headers=(("Service-Worker-Allowed", "/"),)
        ),
        f"{places.path}/file": Answer(body=picture.encoded("png"), content_type="image/png"),
    }
    return Delivery(html=slot(places), script=scoped(places, script), answers=answers)


def in_asked_ranges(picture: Picture, places: Places) -> Delivery:
    """A file that a script asks for in two pieces."""
    script = (
        "const first = await fetch('{0}', {headers: {Range: 'bytes=0-999'}});"
        "const pieces = [await first.arrayBuffer()];"
        "if (first.status == 206) pieces.push(await fetched('{0}', {headers: {Range: 'bytes=1000-'}}));"
        "await shown(slot, URL.createObjectURL(new Blob(pieces, {type: 'image/jpeg'})));"
    )
    return fetching(places, Answer(body=picture.encoded("jpeg"), content_type=_JPEG, ranges=True), script)


def over_socket(picture: Picture, places: Places) -> Delivery:
    """A message of a WebSocket, as it is or in base64."""
    content = picture.encoded("jpeg")
    message: bytes | str = b64encode(content).decode() if picture.turn % 2 else content
    script = (
        "const got = await heard('{0}');"
        "if (typeof got === 'string') await shown(slot, 'data:image/jpeg;base64,' + got);"
        "else if (got) await show(slot, got, 'image/jpeg');"
    )
    return fetching(places, Answer(messages=(message,)), script)


def in_events(picture: Picture, places: Places) -> Delivery:
    """An address in an event of the server's."""
    event = f"data: {address(picture)}\n\n".encode()
    script = "const told = await event('{0}'); if (told) await shown(slot, told);"
    return fetching(places, Answer(pieces=(event,), content_type="text/event-stream"), script)


def fetching(places: Places, answer: Answer, script: str) -> Delivery:
    """A script that asks for one file; ``{0}`` in it is the file's path."""
    path = f"{places.path}/file"
    told = scoped(places, script.replace("{0}", path))
    return Delivery(html=slot(places), script=told, answers={path: answer})


def slot(places: Places) -> str:
    """The element for a picture that a script brings."""
    return f'<span id="{_name(places)}"></span>'


def scoped(places: Places, script: str) -> str:
    """The script as one more thing that a page waits for."""
    return f"waits.push((async slot => {{ {script} }})(document.getElementById('{_name(places)}')));"


def _name(places: Places) -> str:
    return "p" + places.path.strip("/").replace("/", "-")
