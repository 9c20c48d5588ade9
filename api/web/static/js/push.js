// Whether this browser is told what happens: asked for by a button, never by itself; kept until the person signs out of it.

const { csrf, me } = JSON.parse(document.querySelector('meta[name="redress"]').content);
const box = document.querySelector("#push");
const OWN = `push:${me}`;

const own = () => box.querySelector(`[data-browser="${localStorage.getItem(OWN)}"]`);
const ask = (path, method, json) => fetch(`/api/notifications/push${path}`, {
  method,
  headers: { "X-CSRF-Token": csrf, "Content-Type": "application/json" },
  body: json && JSON.stringify(json),
});

function show(state) {
  for (const part of box.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state;
}

function state() {
  if (!("serviceWorker" in navigator && "PushManager" in window)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return own() ? "on" : "off";
}

function nameOfBrowser() {
  const brand = navigator.userAgentData?.brands.find(({ brand }) => !/not.?a.?brand|chromium/i.test(brand))?.brand;
  const known = ["Firefox", "Edg", "Chrome", "Safari"].find((name) => navigator.userAgent.includes(name));
  return [brand ?? known, navigator.userAgentData?.platform ?? navigator.platform].filter(Boolean).join(", ");
}

async function subscribed() {
  await navigator.serviceWorker.register("/service-worker.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  // one that was made for another person, or under another key, is of no use
  await (await pushManager.getSubscription())?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: box.dataset.key });
}

async function begin() {
  const subscription = await subscribed().catch(() => null);
  if (!subscription) return show(Notification.permission === "denied" ? "denied" : "failed");
  const { endpoint, keys } = subscription.toJSON();
  const answer = await ask("", "POST", { endpoint, keys, name: nameOfBrowser() });
  if (!answer.ok) return show("failed");
  localStorage.setItem(OWN, (await answer.json()).id);
  return location.reload();
}

async function end() {
  await ask(`/${localStorage.getItem(OWN)}`, "DELETE");
  localStorage.removeItem(OWN);
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
  location.reload();
}

box.addEventListener("click", ({ target }) => {
  const wish = target.closest("[data-push]")?.dataset.push;
  if (wish === "begin") begin();
  if (wish === "end") end();
});
if (own()) own().querySelector("[data-own]").hidden = false;
show(state());
