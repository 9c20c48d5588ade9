// One socket a tab: what happens elsewhere changes the page where it stands. It carries ids, never texts.

import { all, config, make, one, parts, say } from "./page.js";

const SHORTEST = 500, LONGEST = 30_000, BANNER_AFTER = 3_000, GATHER = 250;
const seen = new Set(), changed = new Set();
const ticket = one("#live")?.dataset.ticket;
let socket = null, position = null, wait = SHORTEST, heard = 0, gathering = null, banner = null;

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.addEventListener("message", ({ data }) => { heard = Date.now(); take(JSON.parse(data)); });
  socket.addEventListener("close", ({ code }) => {
    if (code === 4401) return;
    banner ??= setTimeout(() => offline(true), BANNER_AFTER);
    setTimeout(connect, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST);
  });
}

function take(message) {
  if (message.position) position = message.position;
  if (message.type === "welcome") {
    wait = SHORTEST;
    clearTimeout(banner);
    banner = null;
    offline(false);
    const topics = [ticket ? `ticket:${ticket}` : "tickets", "me"];
    socket.send(JSON.stringify({ type: "subscribe", topics, ...(position ? { position } : {}) }));
  } else if (message.type === "events") message.events.filter(({ id }) => !seen.has(id)).forEach(happened);
  else if (message.type === "reload") later("all");
  else if (message.type === "typing" && String(message.ticket_id) === ticket) typing(message.is_agent_typing);
}

function happened(event) {
  seen.add(event.id);
  if (event.ticket_id) later(event.ticket_id);
}

// First and last of a burst: what came while one asks is asked for afterwards.
function later(id) {
  changed.add(id);
  gathering ??= setTimeout(async () => {
    if (document.hidden) await new Promise((shown) => document.addEventListener("visibilitychange", shown, { once: true }));
    const ids = new Set(changed);
    changed.clear();
    gathering = null;
    if (!ticket) await list(ids);
    else if (ids.has(Number(ticket)) || ids.has("all")) await complaint();
    await bell();
  }, GATHER);
}

async function complaint() {
  const fresh = await parts(location.pathname, "live");
  if (!fresh) return;
  for (const id of ["standing", "about"]) {
    const there = one(`#${id}`), next = one(`#${id}`, fresh);
    if (!there.contains(document.activeElement)) there.replaceWith(next);
  }
  for (const entry of all("#thread > li", fresh)) {
    const there = document.getElementById(entry.id);
    if (there && words(there) !== words(entry)) there.replaceWith(entry);
    else if (!there) {
      entry.classList.add("arrived");
      one("#thread").append(entry);
      typing(false);
      if (entry.classList.contains("by-staff")) tell(entry);
    }
  }
}

const words = (entry) => `${one(".prose", entry).innerHTML}${all(".files li", entry).length}`;

// An answer that came out of sight is announced; nothing moves under the hand.
function tell(entry) {
  const { top, bottom } = entry.getBoundingClientRect();
  if (top >= 0 && bottom <= innerHeight) return;
  one(".pill")?.remove();
  const link = make("a", { className: "button main", href: `#${entry.id}`, textContent: say("new_reply") });
  const pill = make("p", { className: "pill", role: "status" }, link);
  link.addEventListener("click", () => pill.remove());
  one("#live").parentElement.append(pill);
}

async function list(ids) {
  const fresh = await parts(location.pathname + location.search, "complaints");
  if (!fresh) return;
  for (const next of all(".row", fresh))
    if (ids.has(Number(next.dataset.ticket)) || ids.has("all")) one(`#${next.id}`)?.replaceWith(next);
}

function typing(isTyping) {
  const line = one("#typing");
  if (isTyping && !line) one("#thread").after(make("p", { id: "typing", className: "muted small", role: "status", textContent: say("typing") }));
  else if (!isTyping) line?.remove();
}

async function bell() {
  const answer = await fetch("/api/notifications/unread/count").catch(() => null);
  if (!answer?.ok) return;
  const { count } = await answer.json();
  one("#bell .badge")?.remove();
  if (count) one("#bell").append(make("span", { className: "badge", ariaHidden: "true", textContent: count < 100 ? count : "99+" }));
  const label = one("#bell .sr");
  label.textContent = [label.textContent.split(",")[0], ...(count ? [count] : [])].join(", ");
}

function offline(isOff) {
  const told = one("#offline");
  if (isOff && !told) one("main").prepend(make("p", { id: "offline", className: "message note", role: "status", textContent: say("offline") }));
  else if (!isOff) told?.remove();
}

connect();
// a stalled socket does not close by itself
setInterval(() => { if (socket.readyState === WebSocket.OPEN && Date.now() - heard > 60_000) socket.close(); }, 5_000);
