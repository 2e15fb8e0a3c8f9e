// What was tapped, until the office has it. A record is on the disk before anything says so; it leaves only after its
// own acknowledgement. One tab sends at a time; nothing that a person does waits for sending.

import { now, offset } from "./clock.js";
import { Away, Revoked, VERSION, askJson, thisDevice } from "./office.js";
import { current } from "./people.js";
import { closeEnvelope, closeJson, newId, toBase64 } from "./sealing.js";
import { all, count, get, keep, known, write } from "./store.js";

const AT_ONCE = 50;
const RETRY_MS = [5_000, 15_000, 30_000, 60_000];
const tabs = new BroadcastChannel("sambang");
const listeners = new Set();
let timer = 0;
let failures = 0;

export const onChange = (act) => { listeners.add(act); };
const tell = () => listeners.forEach((act) => act());
tabs.onmessage = tell;
const changed = () => { tabs.postMessage("changed"); tell(); };

// Keep what happened; returns the event once it is safe. `visit` and `data` as the office understands them.
export async function record(kind, visit, data, { own = {} } = {}) {
  const device = await thisDevice();
  const person = current();
  const event = await navigator.locks.request("sambang-save", async () => {
    const seq = ((await known("counter")) ?? 0) + 1;
    const id = newId();
    const at = new Date().toISOString();
    const body = { kind, member: person.member, visit, data, at, off_ms: offset() };
    const [sealed, closed] = await Promise.all([
      closeEnvelope(body, device.officeKey, device.sealKey, `${device.id}|${id}|${seq}`),
      closeJson(person.key, { id, ...body, ...own }, `trail:${seq}`),
    ]);
    await write(["meta", "outbox", "trail"], ({ meta, outbox, trail }) => {
      meta.put(seq, "counter");
      outbox.add({ seq, id, sealed, tablet: device.id });
      trail.add({ seq, id, closed, status: "waiting" });
    });
    return { ...body, ...own, id, seq };
  });
  changed();
  send();
  return event;
}

// Send what waits, in order, until nothing does or nobody answers. Returns at once when another tab is sending.
export function send() {
  clearTimeout(timer);
  return navigator.locks.request("sambang-send", { ifAvailable: true }, async (mine) => {
    if (!mine) return;
    try {
      while (await sendSome());
      failures = 0;
    } catch (error) {
      if (error instanceof Revoked) { changed(); return; }
      if (!(error instanceof Away)) console.error(error);
      failures += 1;
      timer = setTimeout(send, RETRY_MS[Math.min(failures, RETRY_MS.length) - 1]);
    }
  });
}

async function sendSome() {
  const [rows, device, waiting] = await Promise.all([all("outbox", undefined, 500), thisDevice(), count("outbox")]);
  if (!device) return false;
  const batch = rows.filter((row) => row.tablet === device.id && !row.unreadable).slice(0, AT_ONCE);
  if (batch.length === 0) return false;
  const said = await askJson("api/kirim", {
    method: "POST",
    body: {
      app: VERSION, sent_at: new Date().toISOString(), waiting: waiting - batch.length,
      events: batch.map(({ id, seq, sealed }) => ({ id, seq, sealed: toBase64(sealed) })),
    },
  });
  if (said.status !== 200 || !Array.isArray(said.answers)) throw new Away();
  const answers = new Map(said.answers.map((answer) => [answer.id, answer]));
  const answered = batch.filter((row) => answers.has(row.id));
  if (answered.length === 0) throw new Away();
  const sentAt = now();
  await write(["meta", "outbox", "trail"], ({ meta, outbox, trail }) => {
    for (const row of answered) {
      const { status, problem } = answers.get(row.id);
      if (status === "taken" || status === "check") outbox.delete(row.seq);
      else outbox.put({ ...row, unreadable: true });
      const asked = trail.get(row.seq);
      asked.onsuccess = () => {
        if (asked.result) trail.put({ ...asked.result, status: status === "taken" ? "taken" : "check", problem, sentAt });
      };
    }
    meta.put(sentAt, "sent-at");
  });
  changed();
  return true;
}

export async function counts() {
  const [outbox, trail, sentAt] = await Promise.all([count("outbox"), all("trail"), known("sent-at")]);
  return { waiting: outbox, check: trail.filter((row) => row.status === "check").length, sentAt: sentAt ?? null };
}

// The outbox as files that only the office can open: one for each time that this device was let in.
export async function exportFiles() {
  const rows = await all("outbox");
  return [...new Set(rows.map((row) => row.tablet))].map((tablet) => {
    const events = rows.filter((row) => row.tablet === tablet).map(({ id, seq, sealed }) => ({ id, seq, sealed: toBase64(sealed) }));
    return new Blob([JSON.stringify({ format: "sambang-outbox/1", tablet, events })], { type: "application/json" });
  });
}

export function startSending() {
  addEventListener("online", send);
  addEventListener("focus", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  setInterval(send, 60_000);
  send();
}
