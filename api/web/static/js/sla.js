// Ticks the chips that are in view, on the server's clock, and turns them at the very instant: a breach happens at its due time.

import { all, config, now, one, say } from "./page.js";

const HOUR = 3_600, DAY = 24 * HOUR, SOON = DAY / 2;
const LOOKS = { at_risk: "hourglass", breached: "triangle-alert" };
const inView = new Set();

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) isIntersecting ? inView.add(target) : inView.delete(target);
});

function attend() {
  for (const chip of inView) if (!chip.isConnected) inView.delete(chip);
  for (const time of all("time[data-risk]:not([data-ticks])")) {
    time.dataset.ticks = "";
    watcher.observe(time.closest(".chip"));
  }
}

// The two largest units; seconds only within the last hour.
function length(seconds) {
  const [d, h, m, s] = [seconds / DAY, (seconds % DAY) / HOUR, (seconds % HOUR) / 60, seconds % 60].map(Math.floor);
  if (d) return say("d", { d }) + (h ? ` ${say("h", { h })}` : "");
  if (h) return say("h", { h }) + (m ? ` ${say("m", { m })}` : "");
  return (m ? `${say("m", { m })} ` : "") + say("s", { s: String(s).padStart(m ? 2 : 1, "0") });
}

function turn(chip, state) {
  chip.classList.remove("running", "at_risk", "breached");
  chip.classList.add(state);
  one("use", chip).setAttribute("href", `${config.icons}#${LOOKS[state]}`);
  const word = one(".sr", chip);
  if (word) word.textContent = word.textContent.replace(/: [^:]*$/, `: ${say(state)}, `);
}

function tick() {
  for (const chip of inView) {
    const time = one("time", chip);
    if (!time) continue;
    const left = (Date.parse(time.dateTime) - now()) / 1_000;
    const state = left < 0 ? "breached" : time.dataset.risk && now() >= Date.parse(time.dataset.risk) ? "at_risk" : "running";
    if (state !== "running" && !chip.classList.contains(state)) turn(chip, state);
    const text = left < 0 ? say("over", { time: length(-left) }) : left <= SOON ? say("left", { time: length(left) }) : "";
    if (text && text !== time.textContent) time.textContent = text;
  }
}

attend();
document.addEventListener("htmx:load", attend);
document.addEventListener("ticket:opened", attend);
setInterval(tick, 1_000);
