// What was tapped, until the office has it. A record is on the disk before anything says so; it leaves only after its
// own acknowledgement.

import { offset } from "./clock.js";
import { thisDevice } from "./office.js";
import { current } from "./people.js";
import { closeEnvelope, closeJson, closePicture, envelopeKey, newId, toBase64 } from "./sealing.js";
import { changed, send } from "./sending.js";
import { all, count, countWith, get, known, write } from "./store.js";

let spare = null; // { device, key }: the key of the next envelope, made while nothing happens

// Keep what happened; returns the event once it is safe. `visit` and `data` as the office understands them, `own` what
// the tablet itself remembers with it, `shot` a photo (JPEG bytes) that follows the record to the office.
export async function record(kind, visit, data, { own = {}, shot = null } = {}) {
  const device = await thisDevice();
  const person = current();
  const event = await navigator.locks.request("sambang-save", async () => {
    const [counter, key, pictureKey] = await Promise.all([known("counter"), nextKey(device), shot && envelopeKey(device.officeKey, device.sealKey)]);
    const seq = (counter ?? 0) + 1;
    const id = newId();
    const at = new Date().toISOString();
    const body = { kind, member: person.member, visit, data, at, off_ms: offset() };
    const [sealed, closed, picture] = await Promise.all([
      closeEnvelope(key, body, `${device.id}|${id}|${seq}`),
      closeJson(person.key, { id, ...body, ...own }, `trail:${seq}`),
      shot && closePicture(pictureKey, shot, `${device.id}|${id}|photo`),
    ]);
    await write(["meta", "outbox", "trail", ...(shot ? ["shots"] : [])], ({ meta, outbox, trail, shots }) => {
      meta.put(seq, "counter");
      outbox.add({ seq, id, sealed, tablet: device.id });
      trail.add({ seq, id, closed, status: "waiting" });
      if (shot) shots.add({ id, seq, sealed: picture, tablet: device.id });
    });
    return { ...body, ...own, id, seq };
  });
  changed();
  send();
  askForWake();
  nextKey(device, { take: false });
  return event;
}

function nextKey(device, { take = true } = {}) {
  const made = spare?.device === device.id ? spare.key : envelopeKey(device.officeKey, device.sealKey);
  made.catch(() => { spare = null; });
  spare = take ? null : { device: device.id, key: made };
  return made;
}

// Where the browser can, it wakes the worker when there is a signal again, even with no page open. Nothing relies on it.
function askForWake() {
  navigator.serviceWorker?.getRegistration().then((kept) => kept?.sync?.register("send")).catch(() => {});
}

export async function counts() {
  const [waiting, photos, check, sentAt] = await Promise.all([count("outbox"), count("shots"), countWith("trail", "status", "check"), known("sent-at")]);
  return { waiting, photos, check, sentAt: sentAt ?? null };
}

// The outbox as files that only the office can open: one for each time that this device was let in.
export async function exportFiles() {
  const [rows, shots] = await Promise.all([all("outbox"), all("shots")]);
  const of = (list, tablet) => list.filter((row) => row.tablet === tablet).map(({ id, seq, sealed }) => ({ id, seq, sealed: toBase64(sealed) }));
  return [...new Set([...rows, ...shots].map((row) => row.tablet))].map((tablet) =>
    new Blob([JSON.stringify({ format: "sambang-outbox/1", tablet, events: of(rows, tablet), photos: of(shots, tablet) })], { type: "application/json" }));
}

export const isPhotoWaiting = async (id) => Boolean(await get("shots", id));
