// Ctrl-K: what can be done here first, then places, tickets and people. Tab on a choice ("Assign to…") opens its values.

import { all, make, one, part, point, say } from "./page.js";
import { activate } from "./keys.js";
import { show } from "./list.js";

const dialog = one("#palette"), input = one("input", dialog), list = one("ul", dialog);
let items = [], at = 0, choice = null, isAsking = false;

const text = (control) => {
  if (control.dataset.label) return control.dataset.label;
  const copy = (control.labels?.[0] ?? control).cloneNode(true);
  for (const each of all("kbd, svg", copy)) each.remove();
  return control.ariaLabel ?? copy.textContent.trim();
};

const isWanted = ({ label }) => input.value.toLowerCase().split(/\s+/).every((word) => label?.toLowerCase().includes(word));
const takesChoice = (item) => item?.control?.matches("select");
const go = (href) => (/^\/tickets\/RD-/.test(href) && one("#rows") ? show(href) : location.assign(href));

const actions = () => all("[data-key]").filter((control) => !control.closest("dialog, #toasts"))
  .map((control) => ({ label: text(control), key: control.dataset.key, control, run: () => activate(control) })).filter(isWanted);

const values = () => [...choice.options].map((option) => ({ label: option.textContent, run: () => { choice.value = option.value; choice.form.requestSubmit(); } })).filter(isWanted);

// One question at a time and the last one always: what was answered to an earlier one is not shown.
async function places() {
  if (isAsking) return;
  isAsking = true;
  let asked, html;
  do {
    asked = input.value;
    html = await part(`/commands?q=${encodeURIComponent(asked)}`, "palette");
  } while (dialog.open && !choice && asked !== input.value);
  isAsking = false;
  if (html === null || choice || !dialog.open) return;
  const found = new DOMParser().parseFromString(html, "text/html");
  draw([...actions(), ...all("a", found).map((link) => ({ label: one(".cut", link).textContent, more: one(".number", link)?.textContent, icon: one("svg", link), run: () => go(link.getAttribute("href")) }))]);
}

function draw(found) {
  items = found;
  list.replaceChildren(...found.map((item, n) => {
    const line = make("li", { id: `palette-${n}`, role: "option" }, item.icon ?? "", make("span", { className: "cut", textContent: item.label }));
    if (item.more) line.append(make("span", { className: "muted small", textContent: item.more }));
    if (item.key) line.append(make("kbd", { textContent: item.key }));
    line.addEventListener("click", () => run(n));
    return line;
  }));
  if (!found.length) list.append(make("li", { className: "muted", textContent: say("nothing") }));
  move(0);
}

const move = (n) => (at = point(list, input, n));

function run(n) {
  if (takesChoice(items[n])) return update(items[n].control);
  dialog.close();
  items[n]?.run();
}

// Draw for what is typed; with a choice (or null, to leave it) from the start.
export function update(chosen) {
  if (chosen !== undefined) {
    choice = chosen;
    input.value = "";
    input.placeholder = choice ? text(choice) : input.ariaLabel;
  }
  draw(choice ? values() : actions());
  if (!choice) places();
}

input.addEventListener("input", () => update());
input.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") move(at + 1);
  else if (event.key === "ArrowUp") move(at - 1);
  else if (event.key === "Enter") run(at);
  else if (event.key === "Tab" && takesChoice(items[at])) run(at);
  else if (event.key === "Backspace" && choice && !input.value) update(null);
  else return;
  event.preventDefault();
});
dialog.addEventListener("close", () => { choice = null; input.value = input.placeholder = ""; });
