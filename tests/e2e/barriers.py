"""What keeps people out of a page: by axe, by its width, by the keyboard alone, by motion, by styles it lacks."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import campaign

# Targets of 24 px are asked for since WCAG 2.2, and axe leaves them out unless it is told.
_AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
_WALK = Path(__file__).with_name("walk.js").read_text(encoding="utf-8")
_OPEN_ALL = "document.querySelectorAll('main details').forEach(one => one.open = true)"
_MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
    const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element);
    return animationName !== "none" || /[1-9]/.test(transitionDuration) || scrollBehavior === "smooth";
}).concat(document.getAnimations()).map((one) => `moves: ${one.outerHTML ?? one.effect.target.outerHTML}`.slice(0, 200))
"""
_RUN_OUT = """() => [...document.querySelectorAll("figure.chart[data-drawn] .chart-drawing")].flatMap((figure) => {
    const { left, right } = figure.getBoundingClientRect();
    const out = ({ left: begin, right: end }) => begin < left - 1 || end > right + 1;
    return [...figure.querySelectorAll("svg text")].filter((text) => out(text.getBoundingClientRect()))
        .map((text) => `runs out of its figure: ${text.textContent}`);
})"""
_REVEAL = "document.querySelectorAll('[hx-trigger=revealed]').forEach(one => htmx.trigger(one, 'revealed'))"
_CLASSES = "all => [...new Set(all.flatMap(one => [...one.classList]))]"
_HREFS = "all => all.map(one => one.href)"
_SPECS = "all => all.map(one => one.textContent)"


def barriers(page: Page) -> list[str]:
    """Return everything that does; whoever looks prefers reduced motion."""
    _settle(page)
    return [*violations(page), *_unstyled(page), *_motion(page), *_walked(page), *run_out(page)]


def _settle(page: Page) -> None:
    """Wait for what a page asks for when it is scrolled to: as it comes it pushes away what has the focus."""
    page.evaluate(_REVEAL)
    expect(page.locator("[hx-trigger=revealed]")).to_have_count(0, timeout=30_000)


def _unstyled(page: Page) -> list[str]:
    """Return classes of the page that only sheets style which it does not load; plotly has its own."""
    loaded = " ".join(page.eval_on_selector_all("link[rel=stylesheet]", _HREFS))
    found: list[str] = []
    for name in page.eval_on_selector_all("main *:not(svg, svg *)", _CLASSES):
        sheets = [sheet for sheet, styled in _styled().items() if name in styled]
        if sheets and not any(sheet in loaded for sheet in sheets):
            found.append(f"unstyled: .{name} of {sheets}")
    return found


@cache
def _styled() -> dict[str, set[str]]:
    """Return which classes each sheet styles, by what its address holds."""
    folder = Path(campaign.__file__).parent / "static/campaign/css"
    return {
        f"/css/{path.stem}.": set(re.findall(r"\.([a-z][\w-]*)", _without_values(path.read_text())))
        for path in folder.glob("*.css")
    }


def _without_values(sheet: str) -> str:
    return re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", sheet, flags=re.DOTALL)


def violations(page: Page) -> list[str]:
    """Return what axe finds with all open that opens, and whether the page is too wide."""
    page.evaluate(_OPEN_ALL)
    found = [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in Axe().run(page, options=_AXE).response["violations"]
        for node in violation["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [*found, *(["wider than the window"] if wide else [])]


def _motion(page: Page) -> list[str]:
    """Return what moves, and figures that would: plotly's motion is in their own JSON."""
    moving: list[str] = page.evaluate(_MOVING)
    specs: list[str] = page.eval_on_selector_all("figure.chart script", _SPECS)
    return moving + [
        f"a figure moves: {spec[:200]}"
        for spec in specs
        if re.search(r'"(transition|frames|updatemenus|sliders)":', spec)
    ]


def run_out(page: Page) -> list[str]:
    """Return what is written beyond the figures that were drawn while one walked through the page."""
    found: list[str] = page.evaluate(_RUN_OUT)
    return found


def _walked(page: Page) -> list[str]:
    """Go through the page by the key Tab, until it lets the focus go."""
    page.evaluate(_WALK)
    begun: dict[str, Any] = page.evaluate("walk.begin()")
    wrong: list[str] = begun["ringed"]
    for _ in range(2 * begun["stops"] + 10):  # what scrolls is a stop too, and more may come
        page.keyboard.press("Tab")
        found = page.evaluate("walk.here()")
        if found is None:
            return [*wrong, *page.evaluate("walk.missed()")]
        wrong += found
    return [*wrong, "no way out"]
