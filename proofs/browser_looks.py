"""What a machine can see of a page in Chromium: axe, width, large text, the way of the Tab key, complaints.

Each look returns sentences; none means that nothing was found. What only a person sees is not here: the
screenshots are looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

#: Rules of axe-core: WCAG 2.0 to 2.2, levels A and AA, and its own good practice.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: CSS pixels of the narrowest window (WCAG 2.2, 1.4.10), and of a usual one.
NARROW, WIDE, HIGH = 320, 1280, 800
#: What is wider than the window; tables scroll in a region of their own.
WIDER = """() => {
  const found = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`page ${root.scrollWidth} of ${root.clientWidth}`);
  for (const one of document.querySelectorAll("body *")) {
    if (one.closest(".scroll, dialog, .skip, [hidden], option") || !one.getClientRects().length) continue;
    const box = one.getBoundingClientRect();
    if (box.right > root.clientWidth + 1 || box.left < -1) found.push(one.tagName + "." + one.className);
    const style = getComputedStyle(one);
    if (one.matches("p, li, dd, dt, th, td, h1, h2, h3, a, button, label, legend, kbd")
        && style.overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1) {
      found.push("cut " + one.tagName);
    }
  }
  return found.slice(0, 5);
}"""
#: How many stops the Tab key has on a page: what can have the focus, one for a group of radio buttons.
STOPS = """() => {
  const groups = new Set();
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden"
      && one.getClientRects().length && !one.closest("dialog:not([open])"))
    .filter((one) => {
      if (one.type !== "radio") return true;
      const fresh = !groups.has(one.name);
      groups.add(one.name);
      return fresh;
    }).length;
}"""
#: Where the focus is, and whether somebody sees it there.
HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  one.dataset.stop = one.dataset.stop || String(document.querySelectorAll("[data-stop]").length + 1);
  const middle = [box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2];
  return {
    stop: one.dataset.stop,
    what: one.tagName + (one.id ? "#" + one.id : "") + " " + (one.textContent || "").trim().slice(0, 30),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && middle[0] > -1
      && middle[0] < innerWidth + 1,
  };
}"""
#: Tab presses more than stops: the parts of a date have the focus one by one.
PARTS_OF_DATES = 20
#: The next Tab begins at the top again.
TOP = """() => {
  for (const one of document.querySelectorAll("[data-stop]")) delete one.dataset.stop;
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
}"""
#: What is folded away belongs to the page too.
UNFOLD = """() => {
  const folded = [...document.querySelectorAll("details:not([open])")];
  for (const one of folded) one.open = true;
  return folded.length;
}"""
#: Rules about a page's language, which the invented one breaks as it must.
OF_LANGUAGES = frozenset({"html-lang-valid", "valid-lang"})
LARGE_TEXT = "() => { document.documentElement.style.fontSize = '200%'; }"
USUAL_TEXT = "() => { document.documentElement.style.fontSize = ''; }"


def violations(page: Page, *, dark: bool = False) -> list[str]:
    """Rules of axe-core that the page breaks: the rule, where, and what axe says of it.

    ``dark``: only the contrast, since nothing else differs between the two schemes.
    """
    from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # it ships none

    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    only: Any = {"type": "rule", "values": ["color-contrast"]} if dark else [*RULES]
    options = {"runOnly": only, "resultTypes": ["violations"]}
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate("(options) => axe.run(options)", options)["violations"]
    invented = page.evaluate("() => document.documentElement.lang.startsWith('qps')")
    found = [one for one in found if not (invented and one["id"] in OF_LANGUAGES)]
    return [
        f"axe {one['id']}: {node['target'][0]} {node.get('failureSummary', '').splitlines()[-1].strip()}"
        for one in found
        for node in one["nodes"][:3]
    ]


def too_wide(page: Page) -> list[str]:
    """What does not fit into a window of 320 CSS pixels, nor into a usual one with letters twice as large."""
    found: list[str] = []
    page.set_viewport_size({"width": NARROW, "height": HIGH})
    found += [f"wider than {NARROW} px: {one}" for one in page.evaluate(WIDER)]
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    page.evaluate(LARGE_TEXT)
    found += [f"text of 200 % does not fit: {one}" for one in page.evaluate(WIDER)]
    page.evaluate(USUAL_TEXT)
    return found


def tabbed(page: Page) -> list[str]:
    """What the Tab key does not reach, where it is caught, and where nobody sees the focus."""
    page.evaluate(TOP)
    wanted, seen, found = int(page.evaluate(STOPS)), set[str](), list[str]()
    for _ in range(wanted + PARTS_OF_DATES):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None or (here["stop"] == "1" and len(seen) > 1):
            break
        seen.add(here["stop"])
        found += [f"no outline: {here['what']}"] * (not here["outlined"])
        found += [f"focus out of sight: {here['what']}"] * (not here["inside"])
    missed = [f"Tab came to {len(seen)} of {wanted} stops"] if len(seen) < wanted else []
    return found + missed


def skipped(page: Page) -> list[str]:
    """Whether the first stop is the way past the menu, and leads to the content."""
    page.evaluate(TOP)
    page.keyboard.press("Tab")
    if not page.evaluate("() => document.activeElement.matches('a.skip')"):
        return ["the first stop is not the way past the menu"]
    page.keyboard.press("Enter")
    reached = page.evaluate("() => document.activeElement.id === 'main' || location.hash === '#main'")
    return [] if reached else ["the way past the menu does not lead to the content"]


def shot(page: Page, folder: Path | None, name: str) -> None:
    """Keep the whole page as a picture; without a folder nothing is kept."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
