// Drafts, sending, canned responses. The words are safe on the server within a second, and a sent one goes out once.

import { all, ask, config, make, now, one, opened, say } from "./page.js";
import { step } from "./list.js";

const PAUSE = 800;
const base = () => `/api/tickets/${opened().dataset.ticket}`;
const keeping = new WeakMap();
let isNextWanted = false;
let responses = null;

const clock = () => new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: config.zone }).format(now());
const stateOf = (form) => one(".draft-state", form);
const storeOf = (form) => `draft:${form.getAttribute("action")}`;

// ---- drafts

async function save(form, keepalive = false) {
  const field = one("textarea", form);
  clearTimeout(keeping.get(form));
  if (form.dataset.isSending || field.value === form.dataset.saved) return;
  const body = field.value;
  const key = form.elements.idempotency_key;
  const url = `${base()}/drafts/${form.dataset.mode}`;
  const answer = await (body.trim()
    ? ask(url, { method: "PUT", keepalive, json: { body, idempotency_key: key.value } })
    : ask(url, { method: "DELETE", keepalive })).catch(() => null);
  if (!answer?.ok) return;
  form.dataset.saved = body;
  if (body.trim()) key.value = (await answer.json()).idempotency_key;
  sessionStorage.removeItem(storeOf(form));
  stateOf(form).textContent = body.trim() ? say("saved", { time: clock() }) : "";
}

function typed(form) {
  clearTimeout(keeping.get(form));
  keeping.set(form, setTimeout(() => save(form), PAUSE));
  sessionStorage.setItem(storeOf(form), one("textarea", form).value);
  stateOf(form).textContent = say("unsaved");
}

export function attend() {
  for (const form of all("#composer form:not([data-attended])")) {
    form.dataset.attended = "";
    const field = one("textarea", form);
    form.dataset.saved = field.value;
    const unsaved = sessionStorage.getItem(storeOf(form));
    if (unsaved && unsaved !== field.value) {
      field.value = unsaved;
      typed(form);
    }
    field.addEventListener("input", () => { typed(form); offer(field); });
    field.addEventListener("blur", () => save(form));
    field.addEventListener("keydown", (event) => pressed(event, form));
    one("[data-canned]", form).addEventListener("click", (event) => { event.preventDefault(); field.focus(); offer(field, true); });
    form.addEventListener("submit", (event) => beforeSending(event, form), true);
  }
  for (const tab of all("#composer > details:not([data-attended])")) {
    tab.dataset.attended = "";
    tab.addEventListener("toggle", () => {
      if (!tab.open || document.activeElement?.closest("form")) return;
      one("textarea", tab).focus();
      tab.scrollIntoView({ block: "nearest" });
    });
  }
}

const flush = () => { for (const form of all("#composer form")) save(form, true); };
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
addEventListener("pagehide", flush);

// ---- sending

function beforeSending(event, form) {
  if (form.dataset.arrived) {
    delete form.dataset.arrived;
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  clearTimeout(keeping.get(form));
  form.dataset.isSending = "1";
  const button = one(".send button", form);
  button.dataset.verb ??= button.innerHTML;
  button.textContent = say("sending");
  button.setAttribute("aria-disabled", "true");
}

function failed(form) {
  delete form.dataset.isSending;
  const button = one(".send button", form);
  button.textContent = say("retry");
  button.removeAttribute("aria-disabled");
  stateOf(form).textContent = say("offline");
}

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"])
  document.addEventListener(failure, ({ target }) => { if (target.matches?.("#composer form")) failed(target); });
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = detail.requestConfig?.elt;
  if (!form?.matches?.("#composer form") || detail.xhr.status >= 400) return;
  sessionStorage.removeItem(storeOf(form));
  document.addEventListener("htmx:afterSettle", () => {
    all("#thread > .entry").at(-1)?.scrollIntoView({ block: "nearest" });
    if (isNextWanted) step(1);
    else one("#ticket-title")?.focus({ preventScroll: true });
    isNextWanted = false;
  }, { once: true });
});

// Somebody said something while one writes: it is shown, and the next attempt to send asks once.
export function arrived() {
  const form = all("#composer form").find((each) => one("textarea", each).value.trim() && each.checkVisibility());
  if (!form || form.dataset.isSending) return;
  form.dataset.arrived = "1";
  Object.assign(one("#arrived"), { hidden: false, textContent: say("reply_arrived") });
}

function pressed(event, form) {
  if (pick(event)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    isNextWanted = event.shiftKey;
    form.requestSubmit();
  }
}

// ---- canned responses

let menu = null;

async function offer(field, isAsked = false) {
  const before = field.value.slice(0, field.selectionStart);
  const slash = /(^|\s)\/([\w-]*)$/.exec(before);
  if (!slash && !isAsked) return fold();
  responses ??= ask("/api/canned-responses").then((answer) => answer.json()).then((answer) => answer.canned_responses);
  const wanted = (slash?.[2] ?? "").toLowerCase();
  const found = (await responses).filter((each) => `${each.shortcut ?? ""} ${each.title}`.toLowerCase().includes(wanted)).slice(0, 8);
  fold();
  menu = { field, from: slash ? before.length - wanted.length - 1 : before.length, to: before.length, at: 0, list: make("ul", { className: "canned-menu", id: "canned-menu", ariaLabel: say("canned") }) };
  menu.list.setAttribute("role", "listbox");
  menu.list.append(...found.map((each, n) => {
    const item = make("li", { id: `canned-${n}` }, make("strong", { textContent: each.title }), make("code", { textContent: each.shortcut ? `/${each.shortcut}` : "" }), make("p", { textContent: each.body.slice(0, 120) }));
    item.setAttribute("role", "option");
    item.addEventListener("mousedown", (event) => { event.preventDefault(); insert(each); });
    return item;
  }));
  if (!found.length) menu.list.append(make("li", { className: "muted", textContent: say("nothing") }));
  menu.found = found;
  field.after(menu.list);
  field.setAttribute("aria-controls", "canned-menu");
  point(0);
}

function point(at) {
  menu.at = at;
  [...menu.list.children].forEach((item, n) => item.setAttribute("aria-selected", n === at));
  menu.field.setAttribute("aria-activedescendant", `canned-${at}`);
}

function fold() {
  menu?.list.remove();
  for (const name of ["aria-controls", "aria-activedescendant"]) menu?.field.removeAttribute(name);
  menu = null;
}

function pick(event) {
  if (!menu) return false;
  const n = menu.found.length;
  if (event.key === "Escape") fold();
  else if (event.key === "ArrowDown" && n) point((menu.at + 1) % n);
  else if (event.key === "ArrowUp" && n) point((menu.at + n - 1) % n);
  else if (n && !event.ctrlKey && (event.key === "Enter" || event.key === "Tab")) insert(menu.found[menu.at]);
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

async function insert(response) {
  const { field, from, to } = menu;
  fold();
  const answer = await ask(`${base()}/canned-responses/${response.id}`);
  if (!answer.ok) return;
  const { text, changes } = await answer.json();
  field.setRangeText(text, from, to, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const told = Object.entries(changes).map(([name, value]) => `${name.replace(/_/g, " ")}: ${value}`).join(", ");
  if (!told) return;
  const note = one(".macro", field.form);
  field.form.elements.macro_id.value = response.id;
  Object.assign(note, { hidden: false, textContent: say("also", { what: told }) });
}

