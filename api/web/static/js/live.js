// One socket a tab: what happens elsewhere becomes an event that the shown part refetches itself by. It carries ids, never texts.

import { all, config, get, make, on, one, opened, refreshTicket, say, tellUnread } from "./page.js";
import { learn, refresh } from "./list.js";

const HELLO = 15_000, SHORTEST = 500, LONGEST = 30_000, BANNER_AFTER = 3_000, STALLED_AFTER = 60_000, HIDDEN_FOR = 300_000, GATHER = 250, MOST = 150;
const seen = new Set(), changed = new Set(), there = new Map();
let topics = new Set(), socket, position, wait = SHORTEST, heard = 0, topic, gathering, banner, hiding, isAsleep, last;

const send = (type, more) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ type, ...more }));
const shown = () => Number(opened()?.dataset.ticket);

function connect() {
  socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws`);
  socket.addEventListener("message", ({ data }) => { heard = Date.now(); take(JSON.parse(data)); });
  socket.addEventListener("close", ({ code }) => {
    socket = null;
    if (code === 4401 || isAsleep) return;
    banner ??= setTimeout(offline, BANNER_AFTER);
    setTimeout(connect, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST);
  });
}

function take(message) {
  position = message.position ?? position;
  if (message.type === "welcome") {
    wait = SHORTEST;
    clearTimeout(banner);
    banner = null;
    one("#offline")?.remove();
    topics.clear();
    topic = shown();
    watch(position);
  } else if (message.type === "events") message.events.filter(({ id }) => !seen.has(id)).forEach(happened);
  else if (message.type === "reload") { refresh(); refreshTicket(); }
  else if (message.type === "presence" && !(there.get(message.ticket_id)?.version > message.version)) {
    there.set(message.ticket_id, message);
    people(message);
  }
}

function happened({ id, action, is_for_me, ticket_id }) {
  seen.add(id);
  if (is_for_me) changed.add("me");
  if (ticket_id) changed.add(ticket_id);
  if (action === "comment.added" && ticket_id === topic) import("./composer.js").then(({ arrived }) => arrived());
  gathering ??= setTimeout(refetch, GATHER);
}

// First and last of a burst: what came while one asks is asked for afterwards; a field that is being filled in waits.
function refetch() {
  gathering = null;
  if (changed.delete("me")) get("/api/notifications/unread/count").then(({ count }) => tellUnread(count));
  const ids = new Set(changed);
  changed.clear();
  if (ids.size) learn(ids).then(watch);
  if (!ids.has(topic)) return;
  if (isFilledIn()) changed.add(topic);
  else refreshTicket();
}

const isFilledIn = () => one("#side :is(input, textarea):focus");
on("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig?.elt.id !== "side" || !isFilledIn()) return;
  detail.shouldSwap = false;
  changed.add(topic);
});

function offline() {
  one("main").prepend(make("p", { id: "offline", className: "message note", role: "status", textContent: say("offline") }));
}

// ---- presence

function doing() {
  const { id, value } = document.activeElement ?? {};
  if (document.hidden) return "away";
  return id === "reply" && value ? "replying" : id === "note" && value ? "noting" : "viewing";
}

function present(state = doing()) {
  if (topic) send("presence", { ticket_id: topic, state });
  last = state;
}

function face({ name, state }) {
  const told = say(state === "away" ? "viewing" : state, { name });
  const letters = name.match(/(?<!\S)\S/g).slice(0, 2).join("");
  return make("span", { className: `avatar staff ${state}`, role: "img", title: told, ariaLabel: told, textContent: letters });
}

function people({ ticket_id, people: known }) {
  const others = known.filter(({ user_id }) => user_id !== config.me);
  if (ticket_id === topic) {
    const writer = others.find(({ state }) => ["replying", "noting"].includes(state));
    const line = one("#writer") ?? make("p", { id: "writer", className: "muted small" });
    line.textContent = writer ? say(writer.state, { name: writer.name }) : "";
    one("#composer")?.prepend(line);
    one("#presence")?.replaceChildren(...others.map(face));
  }
  const row = `#t${ticket_id} .meta`;
  for (const old of all(`${row} .avatar`)) old.remove();
  one(row)?.append(...others.map(face));
}

// Who is on the open ticket, and on those of the list.
function watch(position) {
  const wanted = ["tickets", "me", ...[shown(), ...all("#rows > .row").map(({ id }) => id.slice(1))].filter(Boolean).map((id) => `ticket:${id}`)].slice(0, MOST);
  const fresh = wanted.filter((each) => !topics.has(each)), left = [...topics].filter((each) => !wanted.includes(each));
  if (left.length) send("unsubscribe", { topics: left });
  if (fresh.length) send("subscribe", { topics: fresh, ...(position && { position }) });
  topics = new Set(wanted);
  // what was put in meanwhile does not know who is there
  there.forEach(people);
  present();
}

on("ticket:opened", () => {
  if (shown() !== topic) present("gone");
  topic = shown();
  watch();
});
on("htmx:afterSettle", () => socket && watch());
const notice = () => doing() !== last && present();
on("input", notice);
on("focusout", () => setTimeout(() => {
  notice();
  if (changed.size) refetch();
}));
on("visibilitychange", () => {
  present();
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(() => { isAsleep = true; socket?.close(); }, HIDDEN_FOR);
  else if (isAsleep) { isAsleep = false; connect(); }
});
addEventListener("pagehide", () => present("gone"));
setInterval(present, HELLO);
// a stalled socket does not close by itself
setInterval(() => Date.now() - heard > STALLED_AFTER && socket?.readyState === WebSocket.OPEN && socket.close(), 5_000);
connect();
