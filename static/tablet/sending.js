// Sending what waits: records first, photos after them in pieces. Only one sends at a time over all tabs and the
// service worker; nothing that a person does waits for it. It needs no page, so that the worker can do it as well.

import { now } from "./clock.js";
import { Away, Revoked, askJson, thisDevice, version } from "./office.js";
import { toBase64 } from "./sealing.js";
import { all, count, get, keys, write } from "./store.js";

const AT_ONCE = 50;
const PIECE = 40_000; // bytes of a photo at once: about a second at 400 kbit/s
const RETRY_MS = [5_000, 15_000, 30_000, 60_000];
const tabs = new BroadcastChannel("sambang");
const listeners = new Set();
const reached = new Map(); // how far each photo is known to be at the office
const refused = new Set(); // what the office could not read, where the disk had no room to note it
let timer = 0;
let failures = 0;
let wanted = false;

export const onChange = (act) => { listeners.add(act); };
const tell = () => listeners.forEach((act) => act());
tabs.onmessage = () => { wanted = true; tell(); };
export const changed = () => { tabs.postMessage("changed"); tell(); };

// Send until nothing waits or nobody answers; true when nothing waits. While somebody else is sending, that one goes on
// with what is new.
export function send() {
  clearTimeout(timer);
  wanted = true;
  return navigator.locks.request("sambang-send", { ifAvailable: true }, async (mine) => {
    if (!mine) return false;
    try {
      while (wanted) {
        wanted = false;
        while ((await sendRecords()) || (await sendPiece()));
      }
      failures = 0;
      return true;
    } catch (error) {
      if (error instanceof Revoked) { changed(); return false; }
      if (!(error instanceof Away)) console.error(error);
      failures += 1;
      timer = setTimeout(send, RETRY_MS[Math.min(failures, RETRY_MS.length) - 1]);
      return false;
    }
  });
}

async function sendRecords() {
  const [rows, device, waiting] = await Promise.all([all("outbox", undefined, 500), thisDevice(), count("outbox")]);
  if (!device) return false;
  const batch = rows.filter((row) => row.tablet === device.id && !row.unreadable && !refused.has(row.id)).slice(0, AT_ONCE);
  if (batch.length === 0) return false;
  const said = await askJson("api/kirim", {
    method: "POST",
    body: {
      app: version(), sent_at: new Date().toISOString(), waiting: waiting - batch.length,
      events: batch.map(({ id, seq, sealed }) => ({ id, seq, sealed: toBase64(sealed) })),
    },
  });
  if (said.status !== 200 || !Array.isArray(said.answers)) throw new Away();
  const answers = new Map(said.answers.map((answer) => [answer.id, answer]));
  const answered = batch.filter((row) => answers.has(row.id));
  if (answered.length === 0) throw new Away();
  try {
    await acknowledge(answered, answers);
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
    await makeRoom(answered, answers);
  }
  changed();
  return true;
}

// An acknowledgement that a dead battery loses is asked for again, so it need not be on the disk at once.
function acknowledge(rows, answers) {
  const sentAt = now();
  return write(["meta", "outbox", "trail"], ({ meta, outbox, trail }) => {
    for (const row of rows) {
      const { status, problem } = answers.get(row.id);
      if (status === "taken" || status === "check") outbox.delete(row.seq);
      else outbox.put({ ...row, unreadable: true });
      const asked = trail.get(row.seq);
      asked.onsuccess = () => {
        if (asked.result) trail.put({ ...asked.result, status: status === "taken" ? "taken" : "check", problem, sentAt });
      };
    }
    meta.put(sentAt, "sent-at");
  }, "relaxed");
}

// On a full disk what is at the office leaves the outbox at least: that needs no room, and what follows has some. What
// the office cannot read stays, and is not sent again before the application is opened anew.
function makeRoom(rows, answers) {
  const isTaken = (row) => ["taken", "check"].includes(answers.get(row.id).status);
  rows.filter((row) => !isTaken(row)).forEach((row) => refused.add(row.id));
  return write(["outbox"], ({ outbox }) => rows.filter(isTaken).forEach((row) => outbox.delete(row.seq)), "relaxed");
}

// One piece of one photo, once its record is at the office; false when there is none to send.
async function sendPiece() {
  const device = await thisDevice();
  if (!device) return false;
  for (const id of await keys("shots")) {
    const shot = await get("shots", id);
    if (!shot || shot.tablet !== device.id || shot.unreadable || (await get("outbox", shot.seq))) continue;
    const path = `api/foto?catatan=${id}`;
    const at = reached.get(id);
    const said = at === undefined
      ? await askJson(path)
      : await askJson(`${path}&dari=${at}&ukuran=${shot.sealed.length}`, { method: "POST", body: shot.sealed.subarray(at, at + PIECE) });
    if (said.status !== 200 || !Number.isInteger(said.have)) throw new Away();
    reached.set(id, said.have);
    if (said.state === "coming") return true;
    if (said.state === "early") throw new Away(); // its record has not come: a restored office, perhaps
    await write(["shots"], ({ shots }) => {
      if (said.state === "unreadable") shots.put({ ...shot, unreadable: true });
      else shots.delete(id);
    });
    changed();
    return true;
  }
  return false;
}

export function startSending() {
  addEventListener("online", send);
  addEventListener("focus", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  setInterval(send, 60_000);
  send();
}
