// One socket a tab: what happens elsewhere becomes an event that the shown part refetches itself by. It carries ids, never texts.

import { all, ask, config, make, one, opened, say, tellUnread } from "./page.js";
import { learn } from "./list.js";

const HELLO = 15_000, SHORTEST = 500, LONGEST = 30_000, BANNER_AFTER = 3_000, HIDDEN_FOR = 300_000, GATHER = 250;
const seen = new Set();
const changed = new Set();
let socket = null, position = null, wait = SHORTEST, heard = 0, topic = null, gathering = null, banner = null, hidden = null;

const send = (message) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.addEventListener("message", ({ data }) => { heard = Date.now(); take(JSON.parse(data)); });
  socket.addEventListener("close", ({ code }) => {
    socket = null;
    if (code === 4401 || document.hidden && hidden === true) return;
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
    topic = opened()?.dataset.ticket ?? null;
    send({ type: "subscribe", topics: ["tickets", "me", ...(topic ? [`ticket:${topic}`] : [])], ...(position ? { position } : {}) });
    present();
  } else if (message.type === "events") message.events.filter(({ id }) => !seen.has(id)).forEach(happened);
  else if (message.type === "reload") { changed.clear(); refetch(); }
  else if (message.type === "presence") people(message);
}

function happened(event) {
  seen.add(event.id);
  if (event.is_for_me) changed.add("me");
  if (event.ticket_id) changed.add(event.ticket_id);
  if (event.action === "comment.added" && String(event.ticket_id) === topic) import("./composer.js").then(({ arrived }) => arrived());
  gathering ??= setTimeout(() => { gathering = null; refetch(); }, GATHER);
}

// First and last of a burst: what came while one asks is asked for afterwards.
function refetch() {
  const ids = new Set([...changed].filter((each) => each !== "me"));
  if (changed.has("me")) bell();
  changed.clear();
  if (!ids.size) return;
  learn(ids);
  const shown = opened()?.dataset.ticket;
  if (shown && ids.has(Number(shown))) htmx.trigger(document.body, `live:ticket-${shown}`);
}

async function bell() {
  const answer = await ask("/api/notifications/unread/count");
  if (!answer.ok) return;
  tellUnread((await answer.json()).count);
}

function offline(isOff) {
  const told = one("#offline");
  if (isOff && !told) one("main").prepend(make("p", { id: "offline", className: "message note", role: "status", textContent: say("offline") }));
  else if (!isOff) told?.remove();
}

// ---- presence

function doing() {
  if (document.hidden) return "away";
  const field = document.activeElement;
  return field?.id === "reply" && field.value ? "replying" : field?.id === "note" && field.value ? "noting" : "viewing";
}

let last = "";
function present() {
  if (topic) send({ type: "presence", ticket_id: Number(topic), state: doing() });
  last = doing();
}

function people({ ticket_id, people: there }) {
  const others = there.filter(({ user_id }) => user_id !== config.me);
  const faces = () => others.map(({ name, state }) => {
    const told = say(state === "away" ? "viewing" : state, { name });
    const face = make("span", { className: `avatar staff ${state}`, title: told, textContent: name.split(/\s+/).map((part) => part[0]).slice(0, 2).join("") });
    face.setAttribute("role", "img");
    face.setAttribute("aria-label", told);
    return face;
  });
  if (String(ticket_id) === topic) {
    one("#presence")?.replaceChildren(...faces());
    const writer = others.find(({ state }) => state === "replying" || state === "noting");
    const line = one("#writer") ?? make("p", { id: "writer", className: "muted small" });
    line.textContent = writer ? say(writer.state, { name: writer.name }) : "";
    one("#composer")?.prepend(line);
  }
  const row = one(`#t${ticket_id} .meta`);
  if (!row) return;
  for (const face of all(".avatar", row)) face.remove();
  row.append(...faces());
}

document.addEventListener("ticket:opened", () => {
  const next = opened()?.dataset.ticket ?? null;
  if (next === topic) return;
  if (topic) {
    send({ type: "presence", ticket_id: Number(topic), state: "gone" });
    send({ type: "unsubscribe", topics: [`ticket:${topic}`] });
  }
  topic = next;
  if (topic) send({ type: "subscribe", topics: [`ticket:${topic}`] });
  present();
});
document.addEventListener("input", () => doing() !== last && present());
document.addEventListener("focusout", () => setTimeout(() => doing() !== last && present()));
document.addEventListener("visibilitychange", () => {
  present();
  clearTimeout(hidden);
  if (document.hidden) hidden = setTimeout(() => { hidden = true; socket?.close(); }, HIDDEN_FOR);
  else if (hidden === true) { hidden = null; connect(); }
});
addEventListener("pagehide", () => topic && send({ type: "presence", ticket_id: Number(topic), state: "gone" }));
setInterval(present, HELLO);
// a stalled socket does not close by itself
setInterval(() => { if (socket?.readyState === WebSocket.OPEN && Date.now() - heard > 60_000) socket.close(); }, 5_000);
if (opened() || one("#list") || one("#bell")) connect();
