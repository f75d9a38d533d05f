// The slider of a leaderboard's history: says at once which moment it stands on; the state itself comes by htmx.
const slider = document.querySelector("#rank-step");

if (slider) {
  const form = slider.form;
  const moments = JSON.parse(document.querySelector("#rank-moments").textContent);
  const say = () => {
    const moment = moments[slider.value - 1];
    form.querySelector("output").textContent = moment;
    slider.setAttribute("aria-valuetext", moment);
  };
  form.querySelector("button").hidden = true; // what is moved shows by itself
  slider.addEventListener("input", say);
  say();
}
