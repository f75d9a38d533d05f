// What a person with a keyboard alone meets on a page; barriers.py presses the keys.
(() => {
  const CAN_BE = "a[href], button, input, select, textarea, summary, [tabindex]";

  const words = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 160);
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const follows = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);

  // Of radio buttons with one name the arrows reach the others.
  function isReachedByArrows(element) {
    if (element.type !== "radio") return false;
    const group = [...document.getElementsByName(element.name)].filter((one) => one.form === element.form);
    return element !== (group.find((one) => one.checked) ?? group[0]);
  }

  function stops() {
    return [...document.querySelectorAll(CAN_BE)].filter(
      (element) =>
        element.tabIndex >= 0 && !element.matches(":disabled") && isShown(element) && !isReachedByArrows(element),
    );
  }

  // What shows that an element has the focus: its own outline, or one of what it stands in.
  function ringed(element) {
    for (let one = element; one; one = one.parentElement) {
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) return one;
    }
    return null;
  }

  // Something of it lies in the window, and nothing over that.
  function isSeen(element) {
    return [...element.getClientRects()].some(({ left, top, right, bottom }) => {
      const [x0, x1] = [Math.max(left, 0), Math.min(right, innerWidth)];
      const [y0, y1] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
      if (x0 >= x1 || y0 >= y1) return false;
      return [0.1, 0.5, 0.9].some((part) => {
        const hit = document.elementFromPoint(x0 + part * (x1 - x0), y0 + part * (y1 - y0));
        return hit && (element.contains(hit) || hit.contains(element));
      });
    });
  }

  const waiting = new Set(stops());
  const nBeforeMain = stops().filter((stop) => follows(stop, document.querySelector("main"))).length;
  let first = null;
  let before = null;

  // Go back to where a page begins.
  function begin() {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    return { stops: waiting.size, ringed: stops().filter(ringed).map((stop) => `marked without focus: ${words(stop)}`) };
  }

  // Say what is wrong where the focus is now; null when it has left the page, or begins again.
  function here() {
    const element = document.activeElement;
    if (!element || element === document.body || element === first) return null;
    first ??= element;
    const ring = ringed(element);
    const wrong = [];
    if (element === first && nBeforeMain > 1 && !element.matches(".skip")) wrong.push("the first is no way to the content");
    const isBehind = before === element || !before?.isConnected || follows(before, element);
    if (!isBehind) wrong.push("out of order"); // a date is several stops in one element
    if (!ring) wrong.push("focus does not show");
    else if (!isSeen(ring)) wrong.push("focus is hidden");
    waiting.delete(element);
    before = element;
    return wrong.map((what) => `${what}: ${words(element)}`);
  }

  // A menu closes, and what came by itself is gone, while the focus goes on.
  const missed = () => [...waiting].filter(isShown).map((stop) => `not reached: ${words(stop)}`);

  window.walk = { begin, here, missed };
})();
