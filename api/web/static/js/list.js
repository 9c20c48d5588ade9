// The list beside the ticket: opens rows into the pane, selects them, and lets nothing move under the hand.

import { all, ask, config, isWide, make, one, opened, part, refreshTicket, say } from "./page.js";

const rows = () => all("#rows > .row");
const linkOf = (row) => one(".subject", row);
const view = () => one("#list")?.dataset.view ?? "";
const rest = one("#pane")?.innerHTML;
let ahead = null;
let anchor = null;

// ---- opening

const current = () => rows().find((row) => row.contains(document.activeElement)) ?? one("#rows > .row.current");

function setCurrent(number) {
  for (const row of rows()) {
    const link = linkOf(row);
    const isIt = link.pathname === `/tickets/${number}`;
    row.classList.toggle("current", isIt);
    isIt ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  }
}

export async function show(href, isNew = true) {
  const html = await (ahead?.href === href ? ahead.html : part(href, "pane"));
  ahead = null;
  if (html === null) return location.assign(href);
  const pane = one("#pane");
  if (isNew) history.pushState(null, "", href);
  htmx.swap(pane, html, { swapStyle: "innerHTML" });
  const { number, title } = opened().dataset;
  document.title = title;
  pane.scrollTop = 0;
  setCurrent(number);
  one("#ticket-title").focus({ preventScroll: true });
  one("#rows > .current")?.scrollIntoView({ block: "nearest" });
  document.dispatchEvent(new CustomEvent("ticket:opened"));
}

export function open(row = current()) {
  const link = row && linkOf(row);
  if (!link) return false;
  isWide() ? show(link.href) : link.click();
}

function close(isNew = true) {
  const row = one("#rows > .current");
  one("#pane").innerHTML = rest.includes("workbench") ? `<h1 class="sr"></h1>` : rest;
  one("#pane h1").textContent ||= one("#list-title").textContent;
  document.title = `${one("#list-title").textContent} · Redress`;
  if (isNew) history.pushState(null, "", `/tickets?${view()}`);
  setCurrent("");
  row && linkOf(row).focus();
  document.dispatchEvent(new CustomEvent("ticket:opened"));
}

export function step(by) {
  const known = rows();
  const at = known.indexOf(current());
  const row = known[at < 0 ? 0 : Math.min(Math.max(at + by, 0), known.length - 1)];
  if (!row || (row === known[at] && at >= 0)) return false;
  linkOf(row).focus();
  row.scrollIntoView({ block: "nearest" });
  if (opened() && isWide()) show(linkOf(row).href);
}

const isPlain = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
document.addEventListener("mousedown", (event) => {
  const link = event.target.closest?.("#rows .subject");
  if (link && isPlain(event) && isWide()) ahead = { href: link.href, html: part(link.href, "pane") };
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#rows .subject");
  if (link && isPlain(event) && isWide()) {
    event.preventDefault();
    show(link.href);
  }
  if (event.target.closest?.("#pane .back") && isPlain(event) && isWide() && one("#rows")) {
    event.preventDefault();
    close();
  }
});
addEventListener("popstate", () => {
  if (/^\/tickets\/RD-/.test(location.pathname) && one("#rows")) show(location.href, false);
  else if (location.pathname === "/tickets" && one("#rows")) close(false);
  else location.reload();
});

// ---- selecting

const ticks = () => all("#rows input[name=ticket]");

function count() {
  const chosen = ticks().filter((tick) => tick.checked).length;
  const bar = one("#bulk-bar");
  for (const tick of ticks()) tick.closest(".row").classList.toggle("chosen", tick.checked);
  if (chosen && !one("#bulk-count") && !bar.dataset.asked) {
    bar.dataset.asked = "";
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
  const row = current();
  if (!row) return false;
  const tick = one("input", row);
  tick.checked = isRange || !tick.checked;
  choose(tick, isRange);
}

document.addEventListener("click", (event) => {
  if (event.target.matches?.("#rows input[name=ticket]")) choose(event.target, event.shiftKey);
  if (event.target.closest?.("#bulk-none")) {
    for (const tick of ticks()) tick.checked = false;
    one("#bulk-bar").replaceChildren();
    delete one("#bulk-bar").dataset.asked;
    count();
  }
});

// ---- what others do

const fresh = new Set();
const moved = new Set();

function tellNews() {
  const bar = one("#news");
  if (!bar) return;
  bar.hidden = !fresh.size && !moved.size;
  const told = [fresh.size && say("new", { n: fresh.size }), moved.size && say("moved", { n: moved.size })].filter(Boolean).join(" · ");
  const button = make("button", { type: "button", className: "button", textContent: say("refresh") });
  button.addEventListener("click", refresh);
  bar.replaceChildren(told, button);
}

export function refresh() {
  if (!one("#list")) return false;
  fresh.clear();
  moved.clear();
  const at = opened()?.dataset.number ?? "";
  return htmx.ajax("GET", `/tickets?${view()}&at=${at}`, { target: "#list", swap: "outerHTML" });
}

// The changed rows as they are now: those that are shown change in place, the others are announced.
export async function learn(ids) {
  if (!one("#list[data-view]")) return;
  const html = await part(`/tickets?${view()}&${[...ids].map((id) => `id=${id}`).join("&")}`, "rows-live");
  if (html === null) return;
  const news = new DOMParser().parseFromString(html, "text/html");
  const views = one("#views", news);
  if (views && !one("#views").contains(document.activeElement)) htmx.swap(one("#views"), views.outerHTML, { swapStyle: "outerHTML" });
  for (const id of ids) {
    const [shown, now] = [one(`#t${id}`), one(`#t${id}`, news)];
    if (now && !shown) fresh.add(id);
    else if (shown && !now) moved.add(id);
    else if (shown && now && Number(now.dataset.version) > Number(shown.dataset.version)) replace(shown, now);
  }
  tellNews();
}

function replace(shown, now) {
  const focused = shown.contains(document.activeElement) && document.activeElement.id;
  one("input", now).checked = one("input", shown).checked;
  now.classList.toggle("current", shown.classList.contains("current"));
  const placed = document.adoptNode(now);
  shown.replaceWith(placed);
  htmx.process(placed);
  document.dispatchEvent(new CustomEvent("htmx:load"));
  if (focused) document.getElementById(focused)?.focus();
}

// Take back what a toast or the ticket's page offers to.
export async function takeBack(address) {
  const answer = await ask(address, { method: "POST", target: "undo" });
  const told = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}").toast;
  await refresh();
  refreshTicket();
  return told ?? { text: say("failed"), isBad: true };
}

document.addEventListener("htmx:afterSettle", ({ target }) => target.id === "list" && opened() && setCurrent(opened().dataset.number));
count();
