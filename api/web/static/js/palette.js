// Ctrl-K: what can be done here first, then places, tickets and people. Tab on a choice ("Assign to…") opens its values.

import { all, make, one, part, say } from "./page.js";
import { activate } from "./keys.js";
import { show } from "./list.js";

let dialog = null, input, list, items = [], at = 0, choice = null, asked = 0;

const text = (control) => {
  if (control.dataset.label) return control.dataset.label;
  const label = control.labels?.[0] ?? control;
  const copy = label.cloneNode(true);
  for (const key of all("kbd, svg", copy)) key.remove();
  return control.ariaLabel ?? copy.textContent.trim();
};

const matches = (label) => input.value.toLowerCase().split(/\s+/).every((word) => label.toLowerCase().includes(word));

function actions() {
  const seen = new Set();
  return all("[data-key]").filter((each) => !each.closest("dialog, #toasts") && !seen.has(each.dataset.key) && seen.add(each.dataset.key))
    .map((control) => ({ label: text(control), key: control.dataset.key, control, run: () => (control.matches("select") ? open(control) : activate(control)) }))
    .filter(({ label }) => label && matches(label));
}

const values = () => [...choice.options].map((option) => ({ label: option.textContent, run: () => { choice.value = option.value; choice.form.requestSubmit(); } })).filter(({ label }) => matches(label));

function open(select) {
  choice = select;
  dialog.open || dialog.showModal();
  input.value = "";
  input.placeholder = text(select);
  update();
}

async function places() {
  const turn = ++asked;
  const html = await part(`/commands?q=${encodeURIComponent(input.value)}`, "palette");
  if (turn !== asked || choice || html === null) return;
  const found = new DOMParser().parseFromString(html, "text/html");
  draw([...actions(), ...all("a", found).map((link) => ({ label: one(".cut", link).textContent, more: one(".number", link)?.textContent, icon: one("svg", link), run: () => go(link.getAttribute("href")) }))]);
}

const go = (href) => (/^\/tickets\/RD-/.test(href) && one("#rows") && one("#pane") ? show(href) : location.assign(href));

function draw(found) {
  items = found;
  list.replaceChildren(...found.map((item, n) => {
    const line = make("li", { id: `palette-${n}` }, make("span", { className: "cut", textContent: item.label }));
    line.setAttribute("role", "option");
    if (item.icon) line.prepend(document.adoptNode(item.icon));
    if (item.more) line.append(make("span", { className: "muted small", textContent: item.more }));
    if (item.key) line.append(make("kbd", { textContent: item.key }));
    line.addEventListener("click", () => run(n));
    return line;
  }));
  if (!found.length) list.append(make("li", { className: "muted", textContent: say("nothing") }));
  point(0);
}

function point(n) {
  at = n;
  [...list.children].forEach((line, m) => line.setAttribute("aria-selected", m === n));
  input.setAttribute("aria-activedescendant", `palette-${n}`);
  list.children[n]?.scrollIntoView({ block: "nearest" });
}

function run(n) {
  const item = items[n];
  if (!item) return;
  if (item.control?.matches("select")) return open(item.control);
  dialog.close();
  item.run();
}

function update() {
  draw(choice ? values() : actions());
  if (!choice) places();
}

function build() {
  input = make("input", { type: "text", className: "input", maxLength: 100, autocomplete: "off", ariaLabel: one("[data-opens=palette]").ariaLabel });
  list = make("ul", { id: "palette-list", className: "ways", ariaLabel: input.ariaLabel });
  list.setAttribute("role", "listbox");
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
  dialog = make("dialog", { className: "palette", ariaLabel: input.ariaLabel }, input, list);
  input.addEventListener("input", update);
  input.addEventListener("keydown", (event) => {
    const n = items.length;
    if (event.key === "ArrowDown" && n) point((at + 1) % n);
    else if (event.key === "ArrowUp" && n) point((at + n - 1) % n);
    else if (event.key === "Enter") run(at);
    else if (event.key === "Tab" && items[at]?.control?.matches("select")) open(items[at].control);
    else if (event.key === "Backspace" && choice && !input.value) { choice = null; input.placeholder = input.ariaLabel; update(); return; }
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => { choice = null; });
  document.body.append(dialog);
}

export function openPalette() {
  if (!dialog) build();
  if (dialog.open) return dialog.close();
  choice = null;
  input.value = "";
  input.placeholder = input.ariaLabel;
  dialog.showModal();
  update();
}
