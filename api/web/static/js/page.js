// What all scripts share: the server's clock and words, how to ask the server; and the frame: dialog, drawer, toasts, quick forms.

export const config = JSON.parse(document.querySelector('meta[name="redress"]').content);
const offset = Date.parse(config.now) - Date.now();

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const on = (...how) => document.addEventListener(...how);
export const now = () => Date.now() + offset;
export const say = (word, values = {}) => config.words[word].replace(/%\((\w+)\)s/g, (_, name) => values[name]);
export const isWide = () => matchMedia("(min-width: 64em)").matches;
export const opened = () => one("#pane .workbench");

// Text goes in as text, whatever it holds.
export function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function ask(url, { method = "GET", target, json, keepalive = false } = {}) {
  const headers = { "X-CSRF-Token": config.csrf };
  if (target) Object.assign(headers, { "HX-Request": "true", "HX-Target": target, "HX-Current-URL": location.href });
  if (json) headers["Content-Type"] = "application/json";
  return fetch(url, { method, headers, keepalive, body: json && JSON.stringify(json) });
}

export const get = (url) => ask(url).then((answer) => answer.json());

// A part of a page as text, or null when the browser was sent elsewhere or there is none.
export async function part(url, target) {
  const answer = await ask(url, { target }).catch(() => null);
  const elsewhere = answer?.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  return answer?.ok && !elsewhere ? answer.text() : null;
}

// Of a field's options one is chosen by the arrows, round and round; which one.
export function point(list, field, at) {
  const options = [...list.children];
  const chosen = options.at(at % options.length);
  for (const each of options) each.ariaSelected = each === chosen;
  chosen.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", chosen.id);
  return options.indexOf(chosen);
}

const toast = (told) => import("./toast.js").then(({ show }) => show(told));
export const refreshTicket = () => opened() && htmx.trigger(document.body, `live:ticket-${opened().dataset.ticket}`);

// It opens at once, so that what is typed before its script is there is not lost.
export function openPalette() {
  const palette = one("#palette");
  if (palette.open) return palette.close();
  palette.showModal();
  import("./palette.js").then(({ update }) => update());
}

// A dialog opens when something was put into it, and closes when what it was about is done or gone: not when others change what lies behind.
const dialog = one("#dialog"), drawer = one("#drawer");
on("htmx:afterSwap", ({ target, detail }) => {
  if (target === dialog) {
    if (!dialog.open) dialog.showModal();
    dialog.setAttribute("aria-labelledby", "act-title");
    (one("[aria-invalid]", dialog) ?? one("[aria-current], input:not([type=hidden]), select, textarea", dialog) ?? one("#act-title", dialog))?.focus();
  } else if (target === drawer) {
    drawer.showPopover();
    tellUnread(Number(one("[data-unread]", drawer)?.dataset.unread));
  } else if (["pane", "list", "side"].includes(target.id)) {
    if (dialog.contains(detail.requestConfig?.elt ?? dialog)) dialog.close();
    const wanted = target.id === "pane" && opened() && `/tickets/${opened().dataset.number}`;
    if (wanted && wanted !== location.pathname) history.replaceState(null, "", wanted + location.search);
  }
});
dialog.addEventListener("close", () => dialog.replaceChildren());
on("click", (event) => {
  const { target, ctrlKey, metaKey } = event;
  const closing = target.closest("[data-closes]") ? dialog : target;
  const isPalette = target.closest("[data-opens=palette]") && !ctrlKey && !metaKey;
  for (const menu of all("details.menu[open]")) menu.open = menu.contains(target);
  if (!isPalette && closing.tagName !== "DIALOG") return;
  event.preventDefault();
  isPalette ? openPalette() : closing.close();
});

export function tellUnread(count) {
  one("#bell .badge")?.remove();
  if (count) one("#bell").append(make("span", { className: "badge", textContent: count < 100 ? count : "99+" }));
}

// One bar for all that loads; what is there stays.
let loading = 0;
for (const [event, by] of [["htmx:beforeRequest", 1], ["htmx:afterRequest", -1]])
  on(event, () => document.documentElement.classList.toggle("is-loading", (loading += by) > 0));
export const onFailure = (act) => ["htmx:sendError", "htmx:responseError"].forEach((event) => on(event, act));
onFailure(({ target }) => target.closest("#composer") || toast({ text: say("failed"), isBad: true }));
on("toast", ({ detail }) => toast(detail));

// A field of the side panel is saved when one chose with the pointer; with the keyboard, which passes over values, by Enter.
const QUICK = "form.quick select";
let isByPointer = true;
on("pointerdown", () => (isByPointer = true), true);
on("keydown", (event) => {
  isByPointer = false;
  if (event.key !== "Enter" || !event.target.matches(QUICK)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}, true);
on("change", ({ target }) => isByPointer && target.matches(QUICK) && target.form.requestSubmit());

const arrive = () => one("#composer") && import("./composer.js").then(({ attend }) => attend());
on("ticket:opened", arrive);
on("htmx:afterSettle", ({ target }) => target.id === "pane" && arrive());
arrive();
one("#print")?.addEventListener("click", () => print());
