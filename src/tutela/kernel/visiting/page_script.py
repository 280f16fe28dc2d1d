"""What is run in a page in order to read it, in a world of its own: the page's scripts cannot reach into it.

``READ`` gives rows as ``outline.part_of`` takes them, each with the address that it leads to; ``AIM`` says
where a number is to be pressed, and presses it by itself where something lies over it.
"""

from __future__ import annotations

from typing import Final

#: Takes the most parts; gives {title, here, parts, left_out}. The elements stay in this world, by number.
READ: Final = r"""
(most) => {
  const held = [null], parts = [];
  let text = "", leftOut = 0;
  const SKIPPED = new Set(["script", "style", "noscript", "template", "head", "option", "textarea"]);
  const cut = (said) => String(said || "").replace(/\s+/g, " ").trim().slice(0, 2000);
  const put = (row) => { if (parts.length < most) parts.push(row); else leftOut += 1; };
  const flush = () => { const said = cut(text); text = ""; if (said) put({kind: "text", text: said}); };
  const absolute = (said) => {
    try { return said ? new URL(said, document.baseURI).href.slice(0, 8000) : ""; } catch { return ""; }
  };
  const sides = (node) => {
    const box = node.getBoundingClientRect();
    return {width: Math.round(node.naturalWidth || node.videoWidth || box.width) || 0,
            height: Math.round(node.naturalHeight || node.videoHeight || box.height) || 0};
  };
  const name = (node) => cut(node.innerText || node.getAttribute("aria-label") || node.value
    || node.getAttribute("title") || node.getAttribute("alt") || "");
  const labelled = (node) => cut(node.labels && node.labels.length
    ? [...node.labels].map((one) => one.innerText).join(" ") : name(node));
  const backed = (style) => (/^url\("?([^")]+)"?\)/.exec(style.backgroundImage) || [])[1] || "";
  const source = (node) => {
    const inner = node.querySelector("source");
    return node.currentSrc || node.src || (inner && inner.src) || "";
  };
  const rowOf = (node, style) => {
    const tag = node.localName, role = node.getAttribute("role"), type = (node.type || "").toLowerCase();
    if (/^h[1-6]$/.test(tag)) return {kind: "heading", level: Number(tag[1]), text: name(node)};
    if (tag === "a" && node.hasAttribute("href"))
      return {kind: "link", text: name(node), address: absolute(node.getAttribute("href"))};
    if (tag === "input" && (type === "checkbox" || type === "radio"))
      return {kind: "box", text: labelled(node), is_ticked: node.checked};
    if (tag === "input" && type === "image")
      return {kind: "button", text: name(node)};
    if (tag === "button" || tag === "summary" || role === "button" || role === "link"
        || (tag === "input" && (type === "submit" || type === "button" || type === "reset")))
      return {kind: "button", text: name(node)};
    if (tag === "img")
      return {kind: "picture", text: cut(node.alt), address: absolute(source(node)), ...sides(node)};
    if (tag === "canvas") return {kind: "picture", ...sides(node)};
    if (tag === "video" || tag === "audio")
      return {kind: "film", address: absolute(source(node)), ...sides(node)};
    if (tag === "iframe" || tag === "frame" || tag === "embed" || tag === "object")
      return {kind: "frame", text: cut(node.title), address: absolute(node.src || node.data), ...sides(node)};
    if (node.hasAttribute("onclick")) return {kind: "button", text: name(node)};
    if (backed(style) && sides(node).width >= 64 && sides(node).height >= 64)
      return {kind: "picture", address: absolute(backed(style)), ...sides(node)};
    return null;
  };
  const isTiny = (row) => ["picture", "frame"].includes(row.kind) && (row.width < 8 || row.height < 8);
  const emit = (node, row) => {
    flush();
    if (row.kind !== "heading") {
      if (parts.length >= most) { leftOut += 1; return; }
      held.push(node);
      row.key = held.length - 1;
    }
    put(row);
  };
  const walk = (node, quiet, deep) => {
    if (deep > 400) { leftOut += 1; return; }
    if (node.nodeType === Node.TEXT_NODE) { if (!quiet && text.length < 20000) text += node.data; return; }
    if (node.nodeType !== Node.ELEMENT_NODE || SKIPPED.has(node.localName)) return;
    const style = getComputedStyle(node);
    if (style.display === "none" || style.visibility === "collapse") return;
    const row = style.visibility === "hidden" ? null : rowOf(node, style);
    const isLabel = node.localName === "label" && ["checkbox", "radio"].includes((node.control || {}).type);
    const still = quiet || isLabel || style.visibility === "hidden"
      || (row !== null && row.kind !== "picture" && row.kind !== "frame");
    const isBlock = !style.display.startsWith("inline") && style.display !== "contents";
    if (isBlock) flush();
    if (row !== null && !isTiny(row)) emit(node, row);
    for (const child of (node.shadowRoot || node).childNodes) walk(child, still, deep + 1);
    if (isBlock) flush();
  };
  if (document.body) walk(document.body, false, 0);
  flush();
  globalThis.tutelaHeld = held;
  return {title: cut(document.title), here: location.href.slice(0, 8000), parts: parts, left_out: leftOut};
}
"""

#: Takes a number; gives {x, y} to press at, {} where it was pressed, null where it is gone.
AIM: Final = r"""
(key) => {
  const node = (globalThis.tutelaHeld || [])[key];
  if (!node || !node.isConnected) return null;
  if (node.localName === "a" || node.localName === "area") node.target = "_self";
  if (node.form) node.form.target = "_self";
  node.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
  const box = node.getBoundingClientRect();
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const met = document.elementFromPoint(x, y);
  if (met && (met === node || node.contains(met))) return {x: x, y: y};
  node.click();
  return {};
}
"""
