// Small comforts of every page; without scripts everything works all the same.

// A menu closes on Escape, on a click elsewhere, and when the focus goes elsewhere: it would lie over that.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

for (const elsewhere of ["click", "focusin"]) {
  document.addEventListener(elsewhere, (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

// The key "/" leads to the search, unless something is being written.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector(".search input");
  const link = document.querySelector("a[data-search]");
  if (!field && !link) return;
  event.preventDefault();
  if (field) field.focus();
  else link.click();
});

// <button data-copy="#id-of-what-is-copied" data-copied="Copied">
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  button.textContent = button.dataset.copied;
});

// Moments are in UTC. Whoever lives in another zone reads their own time too: beside the moments of a
// calendar (data-local), and of all others when they are pointed at.
function showLocalTimes(root) {
  const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // as the pages write dates
  const local = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const zone = new Intl.DateTimeFormat(language, { timeZoneName: "short" });
  for (const time of root.querySelectorAll('time[datetime$="Z"]')) {
    const moment = new Date(time.dateTime);
    if (moment.getTimezoneOffset() === 0 || time.title) continue;
    const name = zone.formatToParts(moment).find((part) => part.type === "timeZoneName").value;
    time.title = `${local.format(moment)} ${name}`;
    if (!("local" in time.dataset)) continue;
    const beside = document.createElement("span");
    beside.className = "local-time";
    beside.textContent = time.title;
    time.after(" ", beside);
  }
}

document.addEventListener("DOMContentLoaded", () => showLocalTimes(document));
document.addEventListener("htmx:load", (event) => showLocalTimes(event.target));

// Who stood on something that is replaced by newer goes on from there, and hears of it. Elements with an id
// keep the focus by themselves.
let stoodThere = false;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  stoodThere = detail.target.contains(document.activeElement) && document.activeElement !== document.body;
});
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (!stoodThere || document.activeElement !== document.body) return;
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
});
