// The list beside the ticket: opens rows into the pane, selects them, and lets nothing move under the hand.

import { all, ask, isWide, make, on, one, opened, part, refreshTicket, say } from "./page.js";

const rows = () => all("#rows > .row");
const linkOf = (row) => one(".subject", row);
const view = () => one("#list")?.dataset.view ?? "";
const rest = one("#pane")?.innerHTML;
let ahead = null, anchor = null, turn = 0;

// ---- opening

const current = () => rows().find((row) => row.contains(document.activeElement)) ?? one("#rows > .current");

function setCurrent(number) {
  for (const row of rows()) {
    const isIt = linkOf(row).pathname === `/tickets/${number}`;
    row.classList.toggle("current", isIt);
    linkOf(row).ariaCurrent = isIt ? "true" : null;
  }
}

function settled(title, number) {
  document.title = title;
  setCurrent(number);
  document.dispatchEvent(new CustomEvent("ticket:opened"));
}

// Of several that were asked for, the last is shown.
export async function show(href, isNew = true) {
  const mine = ++turn;
  const html = await (ahead?.href === href ? ahead.html : part(href, "pane"));
  if (mine !== turn) return;
  ahead = null;
  if (html === null) return location.assign(href);
  const pane = one("#pane");
  if (isNew) history.pushState(null, "", href);
  htmx.swap(pane, html, { swapStyle: "innerHTML" });
  pane.scrollTop = 0;
  settled(opened().dataset.title, opened().dataset.number);
  one("#ticket-title").focus({ preventScroll: true });
}

export function open(row = current()) {
  const link = row && linkOf(row);
  if (!link) return false;
  isWide() ? show(link.href) : link.click();
}

function close(isNew = true) {
  const row = one("#rows > .current");
  const title = one("#list-title").textContent;
  turn += 1;
  one("#pane").innerHTML = rest.includes("workbench") ? `<h1 class="sr"></h1>` : rest;
  one("#pane h1").textContent ||= title;
  if (isNew) history.pushState(null, "", `/tickets?${view()}`);
  settled(`${title} · Redress`, "");
  row && linkOf(row).focus();
}

export function step(by) {
  const known = rows();
  const at = known.indexOf(current());
  const row = known[at < 0 ? 0 : at + by];
  if (!row) return false;
  linkOf(row).focus();
  if (opened() && isWide()) show(linkOf(row).href);
}

const plain = ({ target, button, ctrlKey, metaKey, shiftKey, altKey }, selector) => !button && !ctrlKey && !metaKey && !shiftKey && !altKey && isWide() && target.closest?.(selector);
on("mousedown", (event) => {
  const link = plain(event, "#rows .subject");
  if (link) ahead = { href: link.href, html: part(link.href, "pane") };
});
on("click", (event) => {
  const link = plain(event, "#rows .subject");
  const isBack = one("#rows") && plain(event, "#pane .back");
  if (link || isBack) event.preventDefault();
  if (link) show(link.href);
  else if (isBack) close();
});
addEventListener("popstate", () => {
  const isTicket = /^\/tickets\/RD-/.test(location.pathname);
  if (!one("#rows") || !isTicket && location.pathname !== "/tickets") location.reload();
  else isTicket ? show(location.href, false) : close(false);
});

// ---- selecting

const ticks = () => all("#rows input[name=ticket]");

function count() {
  const bar = one("#bulk-bar");
  const chosen = ticks().filter((tick) => tick.checked).length;
  if (chosen && !one("#bulk-count") && !bar.dataset.asked) {
    bar.dataset.asked = "1";
    htmx.ajax("GET", `/tickets/bulk?back=${encodeURIComponent(view())}`, { target: bar, swap: "innerHTML" }).then(count);
  }
  const told = one("#bulk-count");
  if (told && told.dataset.all === undefined) told.textContent = say("chosen", { n: chosen });
}

function choose(tick, isRange) {
  const known = ticks();
  const [from, to] = [known.indexOf(anchor), known.indexOf(tick)].sort((a, b) => a - b);
  if (isRange && from >= 0) for (const each of known.slice(from, to + 1)) each.checked = tick.checked;
  anchor = tick;
  count();
}

export function mark(isRange) {
  const tick = current() && one("input", current());
  if (!tick) return false;
  tick.checked = isRange || !tick.checked;
  choose(tick, isRange);
}

on("click", ({ target, shiftKey }) => target.matches?.("#rows input[name=ticket]") && choose(target, shiftKey));
on("reset", () => {
  one("#bulk-bar").replaceChildren();
  delete one("#bulk-bar").dataset.asked;
});

// ---- what others do

const fresh = new Set(), moved = new Set();

function tellNews() {
  const bar = one("#news");
  if (!bar) return;
  bar.hidden = !fresh.size && !moved.size;
  const button = make("button", { type: "button", className: "button", textContent: say("refresh") });
  button.addEventListener("click", refresh);
  bar.replaceChildren([fresh.size && say("new", { n: fresh.size }), moved.size && say("moved", { n: moved.size })].filter(Boolean).join(" · "), button);
}

export function refresh() {
  if (!one("#list")) return false;
  fresh.clear();
  moved.clear();
  return htmx.ajax("GET", `/tickets?${view()}&at=${opened()?.dataset.number ?? ""}`, { target: "#list", swap: "outerHTML" });
}

// The changed rows as they are now: those that are shown change in place, the others are announced.
export async function learn(ids) {
  if (!one("#list[data-view]")) return;
  const html = await part(`/tickets?${view()}&${[...ids].map((id) => `id=${id}`).join("&")}`, "rows-live");
  if (html === null) return;
  const news = new DOMParser().parseFromString(html, "text/html");
  for (const count of all(".count", news)) one(`#${count.id}`)?.replaceWith(document.adoptNode(count));
  for (const id of ids) {
    const [shown, now] = [one(`#t${id}`), one(`#t${id}`, news)];
    if (now && !shown) fresh.add(id);
    else if (shown && !now) moved.add(id);
    else if (shown && Number(now.dataset.version) > Number(shown.dataset.version)) replace(shown, now);
  }
  tellNews();
}

function replace(shown, now) {
  const focused = shown.contains(document.activeElement) && document.activeElement.id;
  one("input", now).checked = one("input", shown).checked;
  now.classList.toggle("current", shown.classList.contains("current"));
  shown.replaceWith(document.adoptNode(now));
  document.dispatchEvent(new CustomEvent("htmx:load"));
  if (focused) document.getElementById(focused)?.focus();
}

// Take back what a toast or the ticket's page offers to.
export async function takeBack(address) {
  const answer = await ask(address, { method: "POST", target: "undo" });
  await refresh();
  refreshTicket();
  return JSON.parse(answer.headers.get("HX-Trigger-After-Swap") ?? "{}").toast ?? { text: say("failed"), isBad: true };
}

on("htmx:afterSettle", ({ target }) => target.id === "list" && setCurrent(opened()?.dataset.number));
count();
