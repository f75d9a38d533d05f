// A list of texts grows by an empty line as soon as its last one is filled in.
for (const list of document.querySelectorAll("[data-tag-list]")) {
  list.addEventListener("input", () => {
    const last = list.lastElementChild;
    if (!last.value) return;
    const fresh = last.cloneNode();
    const number = list.children.length + 1;
    fresh.value = "";
    fresh.id = last.id.replace(/\d+$/, String(number));
    fresh.setAttribute("aria-label", last.getAttribute("aria-label").replace(/\d+/, String(number)));
    list.append(fresh);
  });
}
