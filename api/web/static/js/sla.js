// Ticks the times that are in view, on the server's clock, and turns a chip at the very instant: a breach happens at its due time.

import { all, config, now, on, one, say } from "./page.js";

const HOUR = 3_600, DAY = 24 * HOUR, SOON = DAY / 2;
const LOOKS = { at_risk: "hourglass", breached: "triangle-alert" };
const inView = new Set();

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) isIntersecting ? inView.add(target) : inView.delete(target);
});

function attend() {
  for (const time of inView) if (!time.isConnected) inView.delete(time);
  for (const time of all("time:is([data-risk], [data-since]):not([data-ticks])")) {
    time.dataset.ticks = "";
    watcher.observe(time);
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
  chip.className = `chip ${state}`;
  one("use", chip).setAttribute("href", `${config.icons}#${LOOKS[state]}`);
  const word = one(".sr", chip);
  word.textContent = word.textContent.replace(/: [^:]*$/, `: ${say(state)}, `);
}

function tick() {
  for (const time of inView) {
    const { risk, since } = time.dataset;
    const left = (Date.parse(time.dateTime) - now()) / 1_000;
    const chip = time.closest(".chip");
    const state = left < 0 ? "breached" : risk && now() >= Date.parse(risk) ? "at_risk" : "";
    if (state && chip && !chip.classList.contains(state)) turn(chip, state);
    const text = since !== undefined ? length(-left) : left < 0 ? say("over", { time: length(-left) }) : left <= SOON ? say("left", { time: length(left) }) : "";
    if (text && text !== time.textContent) time.textContent = text;
  }
}

attend();
on("htmx:load", attend);
on("ticket:opened", attend);
setInterval(tick, 1_000);
