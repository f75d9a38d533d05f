// Draws the figures of a page: <figure class="chart"> with plotly's JSON and a table of the same numbers
// (campaign/components/chart.html). Each is drawn when it comes near, and again when light and dark change.
const LANGUAGE = document.documentElement.lang;
// Of a name of our own: what it leaves out comes from plotly's English, which one called "en" would replace.
const LOCALE = `${LANGUAGE}-clefboard`;
const QUIET = { displayModeBar: false, responsive: true, showTips: false, locale: LOCALE };

// Axes of time name months in the language of the page, as the browser knows them, and days before them.
const months = (month) => {
  const format = new Intl.DateTimeFormat(LANGUAGE, { month, timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, place) => format.format(Date.UTC(2017, place)));
};
Plotly.register({
  moduleType: "locale",
  name: LOCALE,
  dictionary: {},
  format: {
    months: months("long"),
    shortMonths: months("short"),
    dayMonth: "%-d %b",
    dayMonthYear: "%-d %b %Y",
  },
});

// Figures name colours and fonts as CSS properties; plotly wants them as they are now.
function resolved(value, style) {
  if (typeof value === "string") {
    const name = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
    return name ? style.getPropertyValue(name).trim() : value;
  }
  if (Array.isArray(value)) return value.map((item) => resolved(item, style));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, style)]));
}

function figureOf(chart) {
  const spec = JSON.parse(chart.querySelector("script").textContent);
  return resolved(spec, getComputedStyle(document.documentElement));
}

// Plotly lets the title of an axis run out of a narrow figure.
async function fitTitles(place) {
  const { left, right } = place.getBoundingClientRect();
  const sizes = {};
  for (const title of place.querySelectorAll(".infolayer [class^='g-x'] text")) {
    const own = title.getBoundingClientRect();
    const middle = (own.left + own.right) / 2;
    const room = 2 * Math.min(middle - left, right - middle);
    if (own.width <= room) continue;
    const axis = title.parentNode.classList[0].replace(/^g-x(\d*)title$/, "xaxis$1");
    sizes[`${axis}.title.font.size`] = Math.floor((parseFloat(getComputedStyle(title).fontSize) * room) / own.width);
  }
  if (Object.keys(sizes).length) await Plotly.relayout(place, sizes);
}

// The numbers stand in the table: where a figure cannot be drawn, that is opened.
async function draw(chart) {
  const place = chart.querySelector(".chart-drawing");
  try {
    const { data, layout } = figureOf(chart);
    await Plotly.react(place, data, layout, QUIET);
    await fitTitles(place);
    chart.dataset.drawn = "";
  } catch (problem) {
    console.error(problem);
    chart.querySelector(".chart-place").hidden = true;
    chart.querySelector(".chart-table").open = true;
  }
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
    }
  },
  { rootMargin: "400px" },
);

function watch(root) {
  for (const chart of root.querySelectorAll("figure.chart:not([data-drawn])")) near.observe(chart);
}

function redraw() {
  for (const chart of document.querySelectorAll("figure.chart[data-drawn]")) draw(chart);
}

watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
addEventListener("beforeprint", () => {
  for (const chart of document.querySelectorAll("figure.chart:not([data-drawn])")) draw(chart);
});
