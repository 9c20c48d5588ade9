// What a customer's scripts share: words, and how to ask the server. All of it works without them too.

export const config = JSON.parse(document.querySelector('meta[name="redress"]').content);

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const say = (word, values = {}) => config.words[word].replace(/%\((\w+)\)s/g, (_, name) => values[name]);

// Text goes in as text, whatever it holds.
export function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// The parts of a page that belong to its element `target`, or null when there are none.
export async function parts(url, target, options = {}) {
  const headers = { "HX-Request": "true", "HX-Target": target, "HX-Current-URL": location.href, "X-CSRF-Token": config.csrf };
  const answer = await fetch(url, { ...options, headers }).catch(() => null);
  const elsewhere = answer?.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  if (!answer?.ok || elsewhere) return null;
  return make("template", { innerHTML: await answer.text() }).content;
}
