// What all scripts share: the server's clock and words, how to ask the server; and the frame: dialog, drawer, toasts, quick forms.

export const config = JSON.parse(document.querySelector('meta[name="redress"]').content);
const offset = Date.parse(config.now) - Date.now();

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
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

export function ask(url, { method = "GET", target = "", json, form, keepalive = false } = {}) {
  const headers = { "X-CSRF-Token": config.csrf };
  if (target) Object.assign(headers, { "HX-Request": "true", "HX-Target": target, "HX-Current-URL": location.href });
  if (json) headers["Content-Type"] = "application/json";
  return fetch(url, { method, headers, keepalive, body: json ? JSON.stringify(json) : form });
}

// A part of a page as text, or null when the browser was sent elsewhere or there is none.
export async function part(url, target) {
  const answer = await ask(url, { target }).catch(() => null);
  const elsewhere = answer?.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  return answer?.ok && !elsewhere ? answer.text() : null;
}

export const toast = (told) => import("./toast.js").then(({ show }) => show(told));
export const refreshTicket = () => opened() && htmx.trigger(document.body, `live:ticket-${opened().dataset.ticket}`);

// It opens at once, so that what is typed before its script is there is not lost.
export function openPalette() {
  const palette = one("#palette");
  if (palette.open) return palette.close();
  palette.showModal();
  import("./palette.js").then(({ update }) => update());
}

// A dialog opens when something was put into it, and closes when what it was about is done.
const dialog = one("#dialog");
const drawer = one("#drawer");
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target === dialog) {
    const field = one("[aria-invalid], input:not([type=hidden]), select, textarea", dialog);
    if (!dialog.open) dialog.showModal();
    dialog.setAttribute("aria-labelledby", "act-title");
    (field ?? one("#act-title", dialog))?.focus();
  } else if (target === drawer) {
    drawer.showPopover();
    tellUnread(Number(one("[data-unread]", drawer)?.dataset.unread));
  }
  else if (target.id === "pane" || target.id === "list" || target.id === "side") {
    dialog.close();
    const wanted = target.id === "pane" && opened() && `/tickets/${opened().dataset.number}`;
    if (wanted && wanted !== location.pathname) history.replaceState(null, "", wanted + location.search);
  }
});
dialog.addEventListener("close", () => dialog.replaceChildren());
document.addEventListener("click", (event) => {
  const closing = event.target.closest("#dialog [data-closes]") ? dialog : event.target;
  if (closing.matches("dialog")) {
    event.preventDefault();
    closing.close();
  }
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const opener = event.target.closest("[data-opens=palette]");
  if (opener && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openPalette();
  }
});

export function tellUnread(count) {
  one("#bell .badge")?.remove();
  if (count) one("#bell").append(make("span", { className: "badge", textContent: count < 100 ? count : "99+" }));
}

// One bar for all that loads; what is there stays.
let loading = 0;
const load = (step) => document.documentElement.classList.toggle("is-loading", (loading = Math.max(0, loading + step)) > 0);
document.addEventListener("htmx:beforeRequest", () => load(1));
document.addEventListener("htmx:afterRequest", () => load(-1));
for (const failure of ["htmx:sendError", "htmx:responseError"])
  document.addEventListener(failure, ({ target }) => target.closest("#composer") || toast({ text: say("failed"), isBad: true }));
document.addEventListener("toast", ({ detail }) => toast(detail));

// A field of the side panel is saved when one chose with the pointer; with the keyboard, which passes over values, by Enter.
let isByPointer = true;
document.addEventListener("pointerdown", () => (isByPointer = true), true);
document.addEventListener("keydown", (event) => {
  isByPointer = false;
  if (event.key === "Enter" && event.target.matches("form.quick select")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
}, true);
document.addEventListener("change", ({ target }) => {
  if (isByPointer && target.matches("form.quick select")) target.form.requestSubmit();
});

const arrive = () => one("#composer") && import("./composer.js").then(({ attend }) => attend());
document.addEventListener("ticket:opened", arrive);
document.addEventListener("htmx:afterSettle", ({ target }) => target.id === "pane" && arrive());
arrive();
