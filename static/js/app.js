// What every page gets when script runs. Nothing here is needed: each page works without it.

// A page may name its own module: <div data-module="/static/js/x.js"> is given to the module's default export.
for (const element of document.querySelectorAll("[data-module]")) {
  import(element.dataset.module).then((module) => module.default(element));
}

// The error summary is heard and seen first.
const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
  document.title = `(!) ${document.title}`;
}

// One press, one request: on a slow line people press twice. The mark is taken off when the page comes back from
// the browser's memory, and after a while for answers that are files and leave the page in place.
const RELEASE_MS = 10_000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "noGuard" in form.dataset) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), RELEASE_MS);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}

// Telephones are shared: who signs out takes along what forms have kept on the device, and is asked where the server
// has not got it yet.
const signOut = document.querySelector("[data-sign-out]");
signOut?.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopPropagation();
  const { owner, drafts, unsent, sent } = signOut.dataset;
  if (sent) return;
  signOut.dataset.sent = "1";
  try {
    const kept = await import(drafts);
    if ((await kept.unsent(owner)) && !confirm(unsent)) return release(signOut);
    await kept.clear();
  } catch {
    // Where a browser keeps nothing, there is nothing to take along.
  }
  signOut.submit();
});

// Show what was typed as a password; hide it again before it is sent, so that browsers do not remember it as text.
for (const box of document.querySelectorAll("[data-show-password]")) {
  const input = box.querySelector("input");
  const button = box.querySelector("button");
  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? button.dataset.hide : button.dataset.show;
    button.setAttribute("aria-pressed", String(visible));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  input.form?.addEventListener("submit", () => show(false));
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// The clipboard exists only on https and localhost; elsewhere the button stays away.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const word = button.querySelector("[aria-live]") ?? button;
    const before = word.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      word.textContent = button.dataset.done;
      setTimeout(() => (word.textContent = before), 3000);
    });
  }
}

// The menu on a phone folds away as a menu should.
const menu = document.querySelector(".menu-toggle");
menu?.parentElement.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.firstElementChild.focus();
  }
});
