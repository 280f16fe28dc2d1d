// Keys of the desk. A link, button or field that carries data-key="g p" is reached by pressing g, then p.
// Links and buttons are clicked, fields get the focus. "?" shows what this page has. Data only, no page's own code:
// what a key does is what the control does without it. Keys wait while somebody types, and modifiers are not ours.
"use strict";

(() => {
  // Milliseconds within which the second key of a pair has to come.
  const PAIR_MS = 1500;
  const TYPED_INTO = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";
  const sheet = document.getElementById("keys-sheet");
  let pending = "";
  let since = 0;

  // The controls of this page with their keys; the first of a key counts, hidden ones do not.
  function controls() {
    const found = new Map();
    for (const control of document.querySelectorAll("[data-key]")) {
      const key = control.dataset.key.trim();
      if (key && !found.has(key) && shown(control)) {
        found.set(key, control);
      }
    }
    return found;
  }

  function shown(control) {
    return control.getClientRects().length > 0 && !control.disabled;
  }

  // What stands on the sheet beside a key: the control's own words.
  function words(control) {
    const label = control.labels && control.labels.length > 0 ? control.labels[0].textContent : "";
    return (control.dataset.says || control.getAttribute("aria-label") || label || control.textContent).trim();
  }

  function press(control) {
    if (control.matches(TYPED_INTO)) {
      control.focus();
    } else {
      control.click();
    }
  }

  // "?" : the sheet of this page's keys, built of text nodes only.
  function show() {
    const list = sheet.querySelector("dl");
    list.replaceChildren();
    for (const [key, control] of [...controls(), ["?", sheet.querySelector("h2")]]) {
      const term = document.createElement("dt");
      for (const part of key.split(" ")) {
        const mark = document.createElement("kbd");
        mark.textContent = part;
        term.append(mark, " ");
      }
      const text = document.createElement("dd");
      text.textContent = words(control);
      list.append(term, text);
    }
    sheet.showModal();
  }

  // The keys pressed so far, as they stand in data-key; a pair that took too long begins anew.
  function sequence(event) {
    const first = event.timeStamp - since < PAIR_MS ? pending : "";
    since = event.timeStamp;
    return first ? first + " " + event.key : event.key;
  }

  function begins(keys, pressed) {
    return keys.some((key) => key.startsWith(pressed + " "));
  }

  function taken(event) {
    return event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing
      || event.target.closest(TYPED_INTO) !== null || (sheet && sheet.open);
  }

  document.addEventListener("keydown", (event) => {
    if (taken(event)) {
      pending = "";
      return;
    }
    if (event.key === "?" && sheet) {
      event.preventDefault();
      pending = "";
      show();
      return;
    }
    if (event.key.length !== 1) {
      return;
    }
    const known = controls();
    const pressed = sequence(event);
    const control = known.get(pressed) || known.get(event.key);
    if (control) {
      event.preventDefault();
      pending = "";
      press(control);
    } else {
      pending = begins([...known.keys()], pressed) ? pressed : begins([...known.keys()], event.key) ? event.key : "";
    }
  });
})();
