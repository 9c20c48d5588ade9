// While a complaint is being written: answers that may spare it, beside the form and never in its way.

import { one, parts } from "./page.js";

const PAUSE = 300, LEAST = 3;
const subject = one("#subject");
const count = one("#known-count");
let waiting = null, asking = null, asked = subject.value.trim();

const hide = () => (one("#check").hidden = true);
hide();
subject.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, PAUSE);
});

async function look() {
  const text = subject.value.trim();
  if (text === asked) return;
  asked = text;
  asking?.abort();
  asking = new AbortController();
  const body = new URLSearchParams({ act: "check", subject: text.length < LEAST ? "" : text });
  const found = await parts("/complaints/new", "known", { method: "POST", body, signal: asking.signal });
  if (!found || text !== asked) return;
  const known = found.firstElementChild;
  one("#known").replaceWith(known);
  hide();
  count.textContent = known.dataset.count;
  count.hidden = !known.dataset.count;
}
