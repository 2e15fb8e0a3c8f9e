// Everything that the tablet keeps, in IndexedDB. Nothing in it can be read without a key: what tells of anybody is
// closed before it comes here. A write is over only when the disk has it (durability "strict").

const NAME = "sambang-tablet";
const STORES = {
  meta: {}, members: { keyPath: "id" }, outbox: { keyPath: "seq" }, trail: { keyPath: "seq", index: "status" },
  houses: { keyPath: "visit" }, // photos of houses, closed with the reading key
  shots: { keyPath: "id" }, // photos that were taken, closed for the office
};
let opened = null;

function open() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 2);
    asked.onupgradeneeded = () => {
      const there = asked.result.objectStoreNames;
      for (const [name, { keyPath, index }] of Object.entries(STORES)) {
        const store = there.contains(name) ? asked.transaction.objectStore(name) : asked.result.createObjectStore(name, keyPath ? { keyPath } : undefined);
        if (index && !store.indexNames.contains(index)) store.createIndex(index, index);
      }
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      asked.result.onclose = () => { opened = null; };
      done(asked.result);
    };
    asked.onerror = () => { opened = null; fail(asked.error); };
  });
  return opened;
}

// Run `act(stores)` in one transaction and return what it returned, once everything is on the disk. `act` must not
// wait for anything but what it asks of the stores. Only what can be asked for again may be kept with less than "strict".
export async function write(names, act, durability = "strict") {
  const database = await open();
  return new Promise((done, fail) => {
    const transaction = database.transaction(names, "readwrite", { durability });
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    let answer;
    transaction.oncomplete = () => done(answer);
    transaction.onabort = () => fail(transaction.error ?? new DOMException("not kept", "AbortError"));
    try {
      answer = act(stores, transaction);
    } catch (error) {
      transaction.abort();
      fail(error);
    }
  });
}

async function read(name, ask) {
  const database = await open();
  return new Promise((done, fail) => {
    const asked = ask(database.transaction(name, "readonly").objectStore(name));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

export const get = (name, key) => read(name, (store) => store.get(key));
export const all = (name, range, most) => read(name, (store) => store.getAll(range, most));
export const keys = (name) => read(name, (store) => store.getAllKeys());
export const count = (name) => read(name, (store) => store.count());
export const countWith = (name, index, value) => read(name, (store) => store.index(index).count(value));
export const keep = (key, value) => write(["meta"], ({ meta }) => { meta.put(value, key); });
export const known = (key) => get("meta", key);

// Forget what can be read, and who may read it. The outbox stays: it is closed for the office alone.
export function forgetReading({ members = true } = {}) {
  return write(["meta", "members", "trail", "houses"], ({ meta, members: people, trail, houses }) => {
    for (const key of ["pack", "next-pack"]) meta.delete(key);
    if (members) people.clear();
    trail.clear();
    houses.clear();
  });
}
