// Comforts of the leaderboard; without scripts everything works all the same.

// An address says only what differs from what shows by itself: no empty field, no list with all of it ticked.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-brief-address]");
  if (!form) return;
  for (const field of form.querySelectorAll("[name]:is(input, select)")) {
    if (!field.value) field.disabled = true;
  }
  for (const list of form.querySelectorAll("fieldset")) {
    for (const name of new Set([...list.elements].map((box) => box.name))) {
      const boxes = [...list.elements].filter((box) => box.name === name);
      if (boxes.length > 1 && boxes.every((box) => box.checked)) boxes.forEach((box) => (box.disabled = true));
    }
  }
});

// Back to this page as it was left: its fields can be filled in again.
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-brief-address] :disabled")) field.disabled = false;
});

// A row that was opened closes and opens again without asking anew.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a.opens");
    const place = link && document.getElementById(link.getAttribute("aria-controls"));
    if (!place?.firstElementChild || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const row = place.closest("tr");
    row.hidden = !row.hidden;
    link.ariaExpanded = String(!row.hidden);
  },
  true,
);

document.addEventListener("htmx:afterSwap", (event) => {
  const place = event.target.closest("tr.parts > td");
  const link = place && document.querySelector(`[aria-controls="${place.id}"]`);
  if (link) link.ariaExpanded = "true";
});
