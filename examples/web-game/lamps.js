// The game itself. It needs no server; the best time is kept in this browser.
import { $, element } from "./page.js";

const LAMPS = 9;
const GOAL = 10;
let lit = -1;
let hits = 0;
let since = 0;

export function prepare() {
  const made = Array.from({ length: LAMPS }, (_, at) => element("button", String(at + 1), { type: "button" }));
  made.forEach((lamp, at) => lamp.addEventListener("click", () => press(at)));
  $("lamps").replaceChildren(...made);
  $("start").addEventListener("click", begin);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input") || event.ctrlKey || event.altKey || event.metaKey;
    if (!typing && !$("game").hidden && /^[1-9]$/.test(event.key)) press(Number(event.key) - 1);
  });
  show();
}

function begin() {
  [hits, since] = [0, performance.now()];
  light();
}

function press(at) {
  if (at !== lit) return;
  hits += 1;
  if (hits < GOAL) light();
  else finish();
}

function light() {
  let next = lit;
  while (next === lit) next = Math.floor(Math.random() * LAMPS);
  lit = next;
  show(`${hits} of ${GOAL}`);
}

function finish() {
  const took = (performance.now() - since) / 1000;
  const best = Number(localStorage.getItem("best")) || Infinity;
  if (took < best) localStorage.setItem("best", String(took));
  lit = -1;
  show(took < best ? `${took.toFixed(1)} seconds, your best` : `${took.toFixed(1)} seconds`);
}

function show(text = "") {
  const best = Number(localStorage.getItem("best"));
  [...$("lamps").children].forEach((lamp, at) => {
    lamp.classList.toggle("lit", at === lit);
    lamp.setAttribute("aria-label", at === lit ? `Lamp ${at + 1}, lit` : `Lamp ${at + 1}`);
  });
  $("score").textContent = text || (best ? `Your best: ${best.toFixed(1)} seconds` : "");
}
