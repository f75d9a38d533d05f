// Sending a run file: a first look before anything leaves, progress while it does, the answer in place.
// Every real check is the server's; without this script the form works as a form.
import { lookAt } from "./first_look.js";

const form = document.querySelector("form[data-upload]");
const config = JSON.parse(document.getElementById("first-look").textContent);
const words = config.words;

const part = (name, root = form) => root.querySelector(`[data-${name}]`);
const answer = document.querySelector("[data-answer]");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// ---------------------------------------------------------------- choosing
function shownSize(bytes) {
  const [size, unit] = bytes >= 1e6 ? [bytes / 1e6, "MB"] : bytes >= 1e3 ? [bytes / 1e3, "kB"] : [bytes, "B"];
  return `${size.toLocaleString(document.documentElement.lang, { maximumFractionDigits: size < 100 ? 1 : 0 })}\u202f${unit}`;
}

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function showLook(place, look) {
  const facts = document.createElement("dl");
  for (const [name, value] of look.facts) {
    const pair = document.createElement("div");
    pair.append(element("dt", name), element("dd", value));
    facts.append(pair);
  }
  const parts = [facts];
  if (look.lines.length) parts.push(element("pre", look.lines.join("\n")));
  const verdicts = look.wrong.length ? look.wrong : look.right ? [look.right] : [];
  for (const text of verdicts) parts.push(element("p", text, look.wrong.length ? "verdict wrong" : "verdict"));
  place.replaceChildren(...parts);
}

async function fileChosen(field, input) {
  const [file] = input.files;
  const drop = part("drop", field);
  drop.classList.toggle("chosen", Boolean(file));
  part("look", field).replaceChildren();
  const hint = part("hint", field);
  hint.dataset.empty ??= hint.textContent;
  hint.textContent = file ? file.name : hint.dataset.empty;
  if (!file) return;
  const columns = config.columns[field.dataset.file];
  const hasList = config.lists[field.dataset.file];
  const look = await lookAt(file, { columns, hasList, maxBytes: config.max_bytes, words, fill, shownSize });
  if (input.files[0] === file) showLook(part("look", field), look);
}

function watchField(field) {
  const input = field.querySelector("input[type=file]");
  const drop = part("drop", field);
  input.addEventListener("change", () => fileChosen(field, input));
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    input.files = one.files;
    fileChosen(field, input);
  });
  // Chosen before this script came, or given back by the browser's history.
  if (input.files.length) fileChosen(field, input);
}

// ---------------------------------------------------------------- sending
function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  return seconds < 90 ? fill(words.seconds, { n: Math.ceil(seconds) }) : fill(words.minutes, { n: minutes });
}

// The speed of the last seconds: a mean over all would hide that a connection became slow.
function speedometer() {
  const marks = [];
  return (sent) => {
    const now = performance.now();
    marks.push([now, sent]);
    while (marks.length > 2 && now - marks[0][0] > 5000) marks.shift();
    const [[then, before]] = marks;
    return now - then > 250 ? ((sent - before) * 1000) / (now - then) : null;
  };
}

function showProgress(checking) {
  const measure = speedometer();
  const bar = part("progress");
  let saidAt = 0;
  return (sent, total) => {
    const percent = Math.floor((100 * sent) / total);
    const speed = measure(sent);
    bar.value = percent;
    part("cancel").disabled = sent === total; // from here on it would promise too much
    let text = fill(words.sending_first, { percent });
    if (sent === total) text = checking ? words.checking : words.sent;
    else if (speed) {
      text = fill(words.sending, { percent, speed: shownSize(speed), left: duration((total - sent) / speed) });
    }
    part("figures").textContent = text;
    // A reader that heard every change would say nothing else.
    if (sent === total || performance.now() - saidAt > 5000) {
      saidAt = performance.now();
      part("said").textContent = text;
    }
  };
}

function busy(state) {
  part("sending").hidden = !state;
  part("cancel").disabled = false;
  for (const button of part("buttons").querySelectorAll("button")) button.disabled = state;
}

function showAnswer(html) {
  busy(false);
  answer.innerHTML = html;
  answer.focus({ preventScroll: true });
  answer.scrollIntoView({ block: "nearest" });
}

function showSentence(text) {
  const box = element("div", "", "notice error");
  const inner = document.createElement("div");
  inner.append(element("p", text));
  box.setAttribute("role", "alert");
  box.append(inner);
  showAnswer("");
  answer.append(box);
}

function answered(request) {
  const place = request.getResponseHeader("Location");
  if (request.status === 201 && place) {
    leaving = true;
    window.location.assign(place);
  } else if (request.getResponseHeader("X-Part")) {
    showAnswer(request.responseText);
  } else {
    showSentence(request.status >= 500 ? words.fault : words.broken);
  }
}

let leaving = false;

function send(address, checking) {
  const request = new XMLHttpRequest();
  const progress = showProgress(checking);
  const cancel = part("cancel");
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File && !value.name) data.delete(name);
  answer.replaceChildren();
  busy(true);
  request.open("POST", address);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.setRequestHeader("X-CSRFToken", data.get("csrfmiddlewaretoken"));
  request.upload.addEventListener("progress", (event) => progress(event.loaded, event.total));
  request.addEventListener("load", () => answered(request));
  request.addEventListener("error", () => showSentence(words.broken));
  request.addEventListener("abort", () => showSentence(words.cancelled));
  cancel.onclick = () => request.abort();
  warnWhileSending(request);
  request.send(data);
}

function warnWhileSending(request) {
  const warn = (event) => {
    if (!leaving) event.preventDefault();
  };
  window.addEventListener("beforeunload", warn);
  request.addEventListener("loadend", () => window.removeEventListener("beforeunload", warn));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const input = form.querySelector("input[type=file]");
  if (!input.files.length) {
    showSentence(words.no_file);
    return;
  }
  const address = event.submitter?.getAttribute("formaction");
  send(address || form.getAttribute("action"), Boolean(address));
});

form.classList.add("scripted");
for (const field of form.querySelectorAll("[data-file]")) watchField(field);
