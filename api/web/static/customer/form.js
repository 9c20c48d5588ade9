// Forms that are sent once, and files that go ahead of them: each by itself, with its progress, none taking the text along.

import { all, config, make, one, say } from "./page.js";

const form = one("form[data-once]");
const field = form && one("#files", form);
let wanted = null, going = 0;

form?.addEventListener("submit", (event) => {
  if (form.dataset.state === "sent") return event.preventDefault();
  const button = event.submitter ?? one(".button.main", form);
  if (going) {
    event.preventDefault();
    wanted = button;
  }
  if (!button.name) {
    button.dataset.label ??= button.lastChild.textContent;
    button.lastChild.textContent = say("sending");
    button.setAttribute("aria-disabled", "true");
  }
  if (!going) form.dataset.state = "sent";
});
// what the browser brings back from its cache can be sent again: the key makes it one
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted || !form) return;
  delete form.dataset.state;
  for (const button of all("[data-label]", form)) {
    button.lastChild.textContent = button.dataset.label;
    button.removeAttribute("aria-disabled");
  }
});

const size = (bytes) => {
  const [unit, factor] = bytes < 1024 ** 2 ? ["kilobyte", 1024] : ["megabyte", 1024 ** 2];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(Math.max(bytes / factor, 0.1));
};

field?.addEventListener("change", () => {
  const chosen = [...field.files];
  field.value = "";
  for (const file of chosen) {
    if (all("#kept > li", form).length >= Number(field.dataset.most)) return refuse(say("too_many", { n: field.dataset.most }));
    if (file.size > Number(field.dataset.max)) refuse(say("too_large", { name: file.name, size: size(Number(field.dataset.max)) }));
    else send(file);
  }
});

function send(file) {
  const bar = make("progress", { max: 1, value: 0, ariaLabel: file.name });
  const drop = make("button", { type: "button", className: "button quiet square", textContent: "×", ariaLabel: say("remove", { name: file.name }) });
  const line = make("li", {}, make("span", { textContent: file.name, dir: "auto" }), make("span", { className: "muted small", textContent: size(file.size) }), bar, drop);
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("files", file);
  one("#kept", form).append(line);
  going += 1;
  drop.addEventListener("click", () => { line.remove(); request.abort(); field.focus(); });
  request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = loaded / total));
  request.addEventListener("loadend", () => {
    const answer = request.status === 200 && JSON.parse(request.responseText);
    bar.remove();
    if (answer?.files?.length) line.append(make("input", { type: "hidden", name: "kept", value: answer.files[0].token }));
    else if (line.isConnected) {
      line.remove();
      refuse(answer?.refused?.[0] ?? say("failed", { name: file.name }));
    }
    going -= 1;
    if (!going && wanted) { form.requestSubmit(wanted); wanted = null; }
  });
  request.open("POST", "/complaints/files");
  request.setRequestHeader("X-CSRF-Token", config.csrf);
  request.send(body);
}

// A file that is not taken is named, and stops nothing: what waits to be sent waits for a look at it.
function refuse(sentence) {
  const told = one("#files-problem", form) ?? make("span", { id: "files-problem", className: "problem", role: "alert" });
  told.append(make("span", { textContent: `${sentence} ` }));
  field.after(told);
  if (!wanted) return;
  wanted.lastChild.textContent = wanted.dataset.label;
  wanted.removeAttribute("aria-disabled");
  wanted = null;
}
