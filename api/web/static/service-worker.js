// Shows what the server sends to this browser, whether or not a page of it is open.

addEventListener("install", () => skipWaiting());

addEventListener("push", (event) => {
  const { title, body, tag, url, language } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, tag, lang: language, icon: "/favicon.ico", data: url, renotify: true }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

async function open(url) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = pages.find((page) => new URL(page.url).pathname === new URL(url).pathname);
  return shown ? shown.focus() : clients.openWindow(url);
}
