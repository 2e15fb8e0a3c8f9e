// What is typed is kept by itself: on the server as a draft as soon as it can be read, and until the server has said so
// on this device, so that a killed browser or a lost connection loses nothing. The NIK is never kept on the device.

const PAUSE_MS = 1500;
const RETRY_MS = 5000;
const NEVER_ON_DEVICE = new Set(["csrf_token", "nik"]);

export default function keep(said) {
  const form = said.closest("form");
  const keyOf = (draft) => `sambang-draft-${said.dataset.owner}-${draft}`;
  const key = keyOf(said.dataset.draft);
  if ("safe" in said.dataset) {
    // The page shows what the server holds: nothing waits on the device any more.
    for (const draft of ["new", said.dataset.draft]) localStorage.removeItem(keyOf(draft));
    return;
  }
  let timer = 0;
  let changes = 0;

  if (!document.querySelector("[data-focus]")) restore();
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => clearTimeout(timer));
  addEventListener("online", () => localStorage.getItem(key) && later(0));

  function changed() {
    changes += 1;
    localStorage.setItem(key, JSON.stringify(pairs()));
    later(PAUSE_MS);
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  }

  async function save() {
    const sent = changes;
    const body = new FormData(form);
    body.set("draft", "auto");
    try {
      const answer = await fetch(location.pathname, { method: "POST", body });
      if (answer.status === 204) {
        if (sent === changes) localStorage.removeItem(key);
        say(said.dataset.saved);
      } else if (answer.status !== 422) throw new Error(String(answer.status));
    } catch {
      say(said.dataset.offline);
      later(RETRY_MS);
    }
  }

  function pairs() {
    return [...new FormData(form)].filter(([name, value]) => !NEVER_ON_DEVICE.has(name) && typeof value === "string");
  }

  function restore() {
    const kept = localStorage.getItem(key);
    if (!kept) return;
    const values = new Map();
    for (const [name, value] of JSON.parse(kept)) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (!field.name || NEVER_ON_DEVICE.has(field.name) || field.type === "submit") continue;
      const given = values.get(field.name) ?? [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
      else field.value = given.shift() ?? "";
    }
    say(said.dataset.restored);
    changes += 1;
    later(0);
  }

  function say(words) {
    if (said.textContent !== words) said.textContent = words;
  }
}
