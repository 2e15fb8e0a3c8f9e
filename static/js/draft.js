// What is typed is kept by itself: on the server as a draft as soon as it can be read, and until the server has said so
// on this device, so that a killed browser or a lost connection loses nothing. The NIK is never kept on the device.
//
// Each page has a mark of its own and counts its changes: "mark:3". The server keeps the mark of what it took last and
// every page of the draft shows it, so that a copy on the device goes exactly when it has arrived. Copies lie in
// IndexedDB, written through to the disk: what localStorage was told last is lost when a browser is killed. Each copy
// belongs to an account: nobody else is shown it, and it goes when that person signs out.

const PAUSE_MS = 1500;
const RETRY_MS = 5000;
const LEAVE_MS = 10_000;
const NEVER_ON_DEVICE = new Set(["csrf_token", "nik"]);
const DATABASE = "sambang-drafts";
const STORE = "copies";

export default function keep(said) {
  const { owner, draft, part, mark: arrived } = said.dataset;
  const prefix = `${owner}-`;
  forget(prefix, arrived);
  if ("safe" in said.dataset) return;

  const form = said.closest("form");
  const key = `${prefix}${draft}-${part}`;
  const mark = form.elements.edit_mark;
  let timer = 0;
  let waiting = false; // something was typed that the server has not taken yet
  let leaving = false;
  let asking;

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", leave);
  addEventListener("online", () => waiting && later(0));
  addEventListener("pageshow", (event) => event.persisted && (leaving = false));
  if ([...form.elements].some(typedInto)) changed(); // before this script came
  else if (!document.querySelector("[data-focus]")) restore();

  function changed() {
    const [name, count] = mark.value.split(":");
    mark.value = `${name}:${Number(count ?? 0) + 1}`;
    waiting = true;
    const copy = pairs();
    inStore("readwrite", (store) => store.put(copy, key));
    if (!leaving) later(PAUSE_MS);
  }

  // The whole form is on its way: nothing that is kept by itself may arrive after it.
  function leave() {
    clearTimeout(timer);
    asking?.abort();
    leaving = true;
    setTimeout(() => {
      leaving = false;
      if (waiting) later(0);
    }, LEAVE_MS);
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  }

  async function save() {
    const sent = mark.value;
    const body = new FormData(form);
    body.set("draft", "auto");
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(location.pathname, { method: "POST", body, signal: asking.signal });
      if (answer.status === 204) {
        waiting = mark.value !== sent;
        await forget(prefix, sent);
        say(said.dataset.saved);
      } else if (answer.status === 409) say(said.dataset.overtaken);
      else if (answer.status !== 422) throw new Error(String(answer.status));
    } catch (problem) {
      if (leaving || problem.name === "AbortError") return;
      say(said.dataset.offline);
      later(RETRY_MS);
    }
  }

  function pairs() {
    return [...new FormData(form)].filter(([name, value]) => !NEVER_ON_DEVICE.has(name) && typeof value === "string");
  }

  async function restore() {
    const kept = await inStore("readonly", (store) => store.get(key));
    if (!kept || waiting) return;
    const values = new Map();
    for (const [name, value] of kept) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (!field.name || NEVER_ON_DEVICE.has(field.name) || field.type === "submit") continue;
      const given = values.get(field.name) ?? [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
      else field.value = given.shift() ?? "";
    }
    say(said.dataset.restored);
    waiting = true;
    later(0);
  }

  function typedInto(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    return field.type !== "hidden" && field.defaultValue !== undefined && field.value !== field.defaultValue;
  }

  function say(words) {
    if (said.textContent !== words) said.textContent = words;
  }
}

// How many copies of an account have not arrived: they would be lost with `clear`. What is on its way has a moment.
export async function unsent(owner) {
  const all = IDBKeyRange.bound(`${owner}-`, `${owner}-\uffff`);
  const count = () => inStore("readonly", (store) => store.count(all));
  if (!(await count())) return 0;
  await new Promise((done) => setTimeout(done, 2 * PAUSE_MS));
  return count();
}

// Leaves nothing of any form on this device.
export function clear() {
  return inStore("readwrite", (store) => store.clear());
}

function forget(prefix, arrived) {
  if (!arrived) return Promise.resolve();
  return inStore("readwrite", (store) => {
    store.openCursor(IDBKeyRange.bound(prefix, `${prefix}\uffff`)).onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      if (new Map(cursor.value).get("edit_mark") === arrived) cursor.delete();
      cursor.continue();
    };
  });
}

let opened;
function database() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  return opened;
}

// Where a browser keeps nothing, the server's draft is still there: nothing is said.
async function inStore(mode, act) {
  try {
    const work = (await database()).transaction(STORE, mode, { durability: "strict" });
    const asked = act(work.objectStore(STORE));
    await new Promise((done, failed) => {
      work.oncomplete = done;
      work.onerror = work.onabort = () => failed(work.error);
    });
    return asked?.result;
  } catch {
    return undefined;
  }
}
