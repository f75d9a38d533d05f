// What can be taken away of a figure: its numbers as CSV, its drawing as SVG or PNG. They go where the page does
// not: so the picture says what it shows, and both whether runs are generated and where figures were printed.
const DECIMAL = new Intl.NumberFormat(LANGUAGE).formatToParts(1.5).find(({ type }) => type === "decimal").value;
const FORMULA = /^ *[=+\-@\t\n\uff1d\uff0b\uff0d\uff20]/; // as campaign/exports/tables.py has it
const SVG = "http://www.w3.org/2000/svg";
const EDGE = 8; // pixels around the words above a picture

// Spaces of a number are thin, and stay.
const wordsOf = (element) => element?.textContent.trim().replaceAll(/[ \n]+/g, " ") ?? "";

// ---------------------------------------------------------------- numbers
// Returns the number of a cell, or that and the ends of its interval, as programs write them; none of other words.
function numbersIn(text) {
  const numbers = text
    .split(/ *– *| +/)
    .map((part) => part.replaceAll("\u202f", "").replace("\u2212", "-").replace(/^\+/, "").replace(DECIMAL, "."))
    .map((part) => part.replace(/%$/, ""));
  const known = numbers.every((one) => /^-?\d+(\.\d+)?$/.test(one));
  return known && [1, 3].includes(numbers.length) ? numbers : [];
}

// Nothing that a spreadsheet would run, and nothing that ends a cell.
function written(text) {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[;"\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Returns the columns of a file for one of a table: an interval is two more, as in the files of a leaderboard.
function columnsOf(head, texts) {
  const name = wordsOf(head);
  if (!head.classList.contains("num")) return [[name, ...texts].map(written)];
  const numbers = texts.map(numbersIn);
  const unit = texts.some((text) => text.endsWith("%")) ? " (%)" : "";
  const cell = (text, place, at) => numbers[place][at] ?? (at || text === "—" ? "" : written(text));
  const width = Math.max(1, ...numbers.map((own) => own.length));
  return ["", " low", " high"]
    .slice(0, width)
    .map((end, at) => [written(name + unit + end), ...texts.map((text, place) => cell(text, place, at))]);
}

function csv(chart, number) {
  const table = chart.querySelectorAll(".chart-table table")[number - 1];
  const rows = [...table.tBodies[0].rows];
  const columns = [...table.tHead.rows[0].cells].flatMap((head, place) =>
    columnsOf(head, rows.map((row) => wordsOf(row.cells[place]))),
  );
  const source = wordsOf(chart.querySelector(".chart-sources [lang]"));
  if (source) columns.push(["source", ...rows.map(() => written(source))]);
  return ["", ...rows].map((_row, place) => `${columns.map((column) => column[place]).join(";")}\n`).join("");
}

// ---------------------------------------------------------------- the picture
// Returns what stands above a picture: its title, then in smaller letters what has to be known of its figures.
function headOf(chart) {
  const style = getComputedStyle(document.documentElement);
  const family = style.getPropertyValue("--sans").trim();
  const mark = chart.querySelector(".chart-title .mark");
  const title = chart.querySelector(".chart-drawing").getAttribute("aria-label");
  const notes = [mark && `${wordsOf(mark)} – ${mark.title}`, wordsOf(chart.querySelector(".chart-sources"))];
  return [
    { text: title, size: 18, weight: 600, family, color: style.getPropertyValue("--ink").trim() },
    ...notes
      .filter(Boolean)
      .map((text) => ({ text, size: 13, weight: 400, family, color: style.getPropertyValue("--muted").trim() })),
  ];
}

function linesOf({ text, size, weight, family }, width) {
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = `${weight} ${size}px ${family}`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (ruler.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.filter(Boolean);
}

// Returns the letters of the page as a rule of the picture: it can load none, and others are too wide for their places.
async function fontRule() {
  const family = getComputedStyle(document.documentElement).getPropertyValue("--sans").split(",")[0].trim();
  const answer = await fetch(document.querySelector("link[rel=preload][as=font]").href);
  const reader = new FileReader();
  reader.readAsDataURL(await answer.blob());
  await new Promise((done) => reader.addEventListener("load", done));
  return `<style>@font-face { font-family: ${family}; font-weight: 200 900; src: url("${reader.result}"); }</style>`;
}

// Returns an element of a picture; its attributes are rules that no policy forbids.
function drawnAs(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

async function pictureOf(chart) {
  const { data, layout } = "drawn" in chart.dataset ? chart.querySelector(".chart-drawing") : figureOf(chart);
  const [width, height] = [chart.clientWidth, layout.height];
  // Of paper's colour, not clear: a picture is looked at on grounds of any colour.
  const paper = getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
  const figure = { data, layout: { ...layout, paper_bgcolor: paper, width } };
  const text = await Plotly.toImage(figure, { format: "svg", width, height, imageDataOnly: true });
  const head = [];
  let below = EDGE;
  for (const own of headOf(chart)) {
    for (const line of linesOf(own, width - 2 * EDGE)) {
      below += own.size * 1.3;
      const font = { "font-size": own.size, "font-weight": own.weight, "font-family": own.family, fill: own.color };
      head.push(drawnAs("text", { x: EDGE, y: below, ...font }, line));
    }
  }
  const room = Math.ceil(below + EDGE);
  const above = drawnAs("g", { transform: `translate(0 ${-room})` });
  above.append(drawnAs("rect", { width, height: room + 1, fill: paper }), ...head);
  const words = new XMLSerializer().serializeToString(above);
  // As text: parsed, the styles that plotly writes into it would be rules of this page, which the policy forbids.
  const svg = text
    .replace(/ height="[^"]*"/, ` height="${height + room}"`)
    .replace(/ viewBox="[^"]*"/, ` viewBox="0 ${-room} ${width} ${height + room}"`)
    .replace(/<\/svg>$/, `${await fontRule()}${words}</svg>`);
  return { svg, width, height: height + room };
}

async function asPng({ svg, width, height }) {
  const image = new Image(2 * width, 2 * height);
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

// ---------------------------------------------------------------- taking it
const MAKERS = {
  csv: async (chart, number) => new Blob([csv(chart, number)], { type: "text/csv" }),
  svg: async (chart) => new Blob([(await pictureOf(chart)).svg], { type: "image/svg+xml" }),
  png: async (chart) => asPng(await pictureOf(chart)),
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-chart-file]");
  if (!button) return;
  const chart = button.closest("figure.chart");
  const { chartFile: end, table } = button.dataset; // of the second table on, its number
  const mark = chart.querySelector(".chart-title .mark") ? "-generated" : "";
  const file = await MAKERS[end](chart, table ?? 1);
  const name = `${chart.dataset.chart}${mark}${table ? `-${table}` : ""}.${end}`;
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
});
