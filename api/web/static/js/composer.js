// Drafts, sending, suggestions. The words are safe on the server within a second, and a sent one goes out once.

import { all, ask, config, get, make, now, on, one, onFailure, opened, point, say } from "./page.js";
import { step } from "./list.js";

const PAUSE = 800;
const base = () => `/api/tickets/${opened().dataset.ticket}`;
const fieldOf = (form) => one("textarea", form);
const tell = (form, text) => (one(".draft-state", form).textContent = text);
const storeOf = (form) => `draft:${form.action}`;
const reveal = (element, textContent) => Object.assign(element, { hidden: false, textContent });
const forms = () => all("#composer form");
const tabs = () => all("#composer > details");
const waiting = new WeakMap();
const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
const isOurs = (form) => form?.matches?.("#composer form");
let isNextWanted = false;

const clock = () => new Date(now()).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short", hourCycle: "h23", timeZone: config.zone });

// ---- drafts

async function save(form, keepalive = false) {
  const body = fieldOf(form).value;
  clearTimeout(waiting.get(form));
  if (form.dataset.isSending || body === form.dataset.saved) return;
  const key = form.elements.idempotency_key;
  const isKept = body.trim();
  const wish = isKept ? { method: "PUT", json: { body, idempotency_key: key.value } } : { method: "DELETE" };
  const answer = await ask(`${base()}/drafts/${form.dataset.mode}`, { ...wish, keepalive }).catch(() => null);
  if (!answer?.ok) return;
  form.dataset.saved = body;
  if (isKept) key.value = (await answer.json()).idempotency_key;
  sessionStorage.removeItem(storeOf(form));
  tell(form, isKept ? say("saved", { time: clock() }) : "");
}

function typed(form) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), PAUSE));
  sessionStorage.setItem(storeOf(form), fieldOf(form).value);
  tell(form, say("unsaved"));
}

const isNew = (element) => !element.dataset.attended && (element.dataset.attended = "1");

export function attend() {
  for (const form of forms().filter(isNew)) {
    const field = fieldOf(form);
    form.dataset.saved = field.value;
    const unsaved = sessionStorage.getItem(storeOf(form));
    if (unsaved && unsaved !== field.value) {
      field.value = unsaved;
      typed(form);
    }
    field.addEventListener("input", () => { typed(form); offer(field); });
    field.addEventListener("blur", () => save(form));
    field.addEventListener("keydown", (event) => pressed(event, form));
    one("[data-canned]", form).addEventListener("click", (event) => { event.preventDefault(); field.focus(); offer(field, "/"); });
    form.addEventListener("submit", (event) => beforeSending(event, form), true);
  }
  for (const tab of tabs().filter(isNew)) {
    // By one name the browser would close what is swapped in for the sake of what it replaces.
    tab.name = "";
    tab.addEventListener("toggle", () => {
      if (!tab.open) return;
      for (const other of tabs()) other.open = other === tab;
      if (!document.activeElement?.closest("form")) fieldOf(tab).focus();
    });
  }
}

const flush = () => forms().forEach((form) => save(form, true));
on("visibilitychange", () => document.hidden && flush());
addEventListener("pagehide", flush);

// ---- sending

function beforeSending(event, form) {
  if (form.dataset.arrived) {
    delete form.dataset.arrived;
    event.preventDefault();
    return event.stopImmediatePropagation();
  }
  clearTimeout(waiting.get(form));
  form.dataset.isSending = "1";
  button(form, say("sending"), true);
}

const button = (form, textContent, ariaDisabled) => Object.assign(one(".send > button", form), { textContent, ariaDisabled });

onFailure(({ target: form }) => {
  if (!isOurs(form)) return;
  delete form.dataset.isSending;
  button(form, say("retry"), false);
  tell(form, say("offline"));
});
on("htmx:beforeSwap", ({ detail }) => {
  const form = detail.requestConfig?.elt;
  if (!isOurs(form) || detail.xhr.status >= 400) return;
  sessionStorage.removeItem(storeOf(form));
  on("htmx:afterSettle", () => {
    all("#thread > .entry").at(-1)?.scrollIntoView({ block: "nearest" });
    if (isNextWanted) step(1);
    else one("#ticket-title")?.focus({ preventScroll: true });
    isNextWanted = false;
  }, { once: true });
});

// Somebody said something while one writes: it is shown, and the next attempt to send asks once.
export function arrived() {
  const form = forms().find((each) => fieldOf(each).value.trim() && each.checkVisibility());
  if (!form || form.dataset.isSending) return;
  form.dataset.arrived = "1";
  reveal(one("#arrived"), say("reply_arrived"));
}

function pressed(event, form) {
  if (choose(event)) return event.preventDefault(), event.stopPropagation();
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  isNextWanted = event.shiftKey;
  form.requestSubmit();
}

// ---- suggestions: `/` offers canned responses, `@` people; each knows what is put in its place

const known = {};
const sources = {
  "/": async () => (await get("/api/canned-responses")).canned_responses.map(({ id, title, shortcut, body }) => ({ title, mark: shortcut ? `/${shortcut}` : "", more: body.slice(0, 120), put: (form) => canned(form, id) })),
  "@": async () => (await Promise.all(["agent", "admin"].map((role) => get(`/api/users?role=${role}&is_active=true&limit=100`)))).flatMap(({ users }) => users)
    .map(({ name, email }) => { const mark = `@${email.split("@")[0]}`; return { title: name, mark, put: () => `${mark} ` }; }),
};
let menu = null;

async function offer(field, asked = "") {
  const before = field.value.slice(0, field.selectionStart);
  const [, mark = asked, wanted = ""] = /(?:^|\s)([/@])([\w.-]*)$/.exec(before) ?? [];
  fold();
  if (!mark) return;
  const isHeard = mark === "@" && field.id === "reply";
  const offered = isHeard ? [{ title: say("as_note"), put: noteInstead }] : await (known[mark] ??= sources[mark]().catch(() => { delete known[mark]; return []; }));
  if (before !== field.value.slice(0, field.selectionStart)) return;
  const found = offered.filter(({ title, mark }) => isHeard || `${mark} ${title}`.toLowerCase().includes(wanted.toLowerCase())).slice(0, 8);
  fold();
  if (!found.length) return asked && tell(field.form, say("nothing"));
  const list = make("ul", { className: "pick", id: "pick", role: "listbox", ariaLabel: say(mark === "/" ? "canned" : "people") });
  menu = { field, found, list, from: asked ? before.length : before.length - wanted.length - 1, to: before.length };
  list.append(...found.map((each, n) => {
    const item = make("li", { id: `pick-${n}`, role: "option" }, make("strong", { textContent: each.title }), make("span", { className: "muted", textContent: each.mark }), make("span", { className: "muted small cut", textContent: each.more }));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); put(each); });
    return item;
  }));
  field.after(list);
  field.setAttribute("aria-controls", "pick");
  go(0);
}

const go = (at) => (menu.at = point(menu.list, menu.field, at));

function fold() {
  menu?.list.remove();
  for (const name of ["aria-controls", "aria-activedescendant"]) menu?.field.removeAttribute(name);
  menu = null;
}

// Whether the key was for the open list.
function choose({ key, ctrlKey }) {
  if (!menu) return false;
  if (key === "Escape") fold();
  else if (key === "ArrowDown") go(menu.at + 1);
  else if (key === "ArrowUp") go(menu.at - 1);
  else if ((key === "Enter" || key === "Tab") && !ctrlKey) put(menu.found[menu.at]);
  else return false;
  return true;
}

async function put(chosen) {
  const { field, from, to } = menu;
  fold();
  const text = await chosen.put(field.form);
  if (text === undefined) return;
  field.setRangeText(text, from, to, "end");
  field.focus();
  changed(field);
}

async function canned(form, id) {
  const { text, changes } = await get(`${base()}/canned-responses/${id}`);
  const told = Object.entries(changes).map(([name, value]) => `${name.replace(/_/g, " ")}: ${value}`).join(", ");
  if (told) {
    form.elements.macro_id.value = id;
    reveal(one(".macro", form), say("also", { what: told }));
  }
  return text;
}

// People are named among staff: what was typed for the customer goes into the note.
function noteInstead(form) {
  const reply = fieldOf(form), note = one("#note");
  note.value = `${note.value}\n\n${reply.value}`.trim();
  reply.value = "";
  typed(form);
  note.closest("details").open = true;
  note.focus();
  changed(note);
}
