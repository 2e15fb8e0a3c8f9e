// The day as it stands: the pack the team goes by, and everything that was tapped since, in the order of the counter.

import { hasPassed, now } from "./clock.js";
import { ask, thisDevice } from "./office.js";
import { pauseOf, timeline } from "./order.js";
import { current, keepMembers } from "./people.js";
import { openJson, openPack } from "./sealing.js";
import { all, keep, keys, known, write } from "./store.js";

export const UNDO_MS = 10 * 60_000;
const LASTS_MS = 27 * 3_600_000;
const FORGET_MS = 24 * 3_600_000;

// Ask for today's pack, as good with nobody unlocked: { fresh, left } tell whether something else than before came, and
// whether somebody may open the tablet no more. What is new waits beside the old one until the team accepted it.
export async function fetchPack() {
  const kept = (await known("next-pack")) ?? (await known("pack"));
  const answer = await ask(`api/paket${kept ? `?punya=${kept.tag}` : ""}`);
  const members = answer.headers.get("Sambang-Members");
  const left = members !== null && (await keepMembers(members.split(",")));
  if (answer.status === 204) await write(["meta"], ({ meta }) => { meta.delete("no-route"); });
  if (answer.status !== 200) return { fresh: false, left };
  if (!answer.headers.get("Content-Type")?.startsWith("application/octet-stream")) {
    const fresh = !(await known("no-route"));
    await keep("no-route", await answer.json());
    return { fresh, left };
  }
  const closed = new Uint8Array(await answer.arrayBuffer());
  const pack = { tag: answer.headers.get("Sambang-Tag"), expires: Date.parse(answer.headers.get("Sambang-Expires")), closed };
  const old = await known("pack");
  await write(["meta"], ({ meta }) => {
    meta.delete("no-route");
    meta.put(pack, old && old.expires === pack.expires ? "next-pack" : "pack");
    if (old && old.expires !== pack.expires) meta.delete("next-pack");
  });
  return { fresh: true, left };
}

export async function openKept(name) {
  const [kept, device] = await Promise.all([known(name), thisDevice()]);
  if (!kept || !current()) return null;
  return openPack(current().key, kept.closed, `pack:${device.id}`);
}

// A pack and its photos are forgotten when its night has come; what was tapped, a day after it was sent.
export async function forgetOld() {
  const [pack, trail, waiting] = await Promise.all([known("pack"), all("trail"), keys("outbox")]);
  const isOver = pack && hasPassed(pack.expires);
  const unsent = new Set(waiting);
  await noteSent(trail.filter((row) => !row.sentAt && !unsent.has(row.seq)));
  const old = trail.filter((row) => row.sentAt && !unsent.has(row.seq) && hasPassed(row.sentAt + FORGET_MS));
  if (!isOver && !old.length) return false;
  await write(["meta", "trail", "houses"], ({ meta, trail: rows, houses }) => {
    if (isOver) { meta.delete("pack"); meta.delete("next-pack"); houses.clear(); }
    for (const row of old) rows.delete(row.seq);
  });
  return isOver;
}

// A full disk had no room to note that these were sent: noted now, so that they are forgotten like the others.
async function noteSent(rows) {
  if (!rows.length) return;
  const sentAt = now();
  await write(["trail", "outbox"], ({ trail, outbox }) => {
    for (const { seq } of rows) {
      const [row, waits] = [trail.get(seq), outbox.getKey(seq)];
      waits.onsuccess = () => {
        if (waits.result === undefined && row.result && !row.result.sentAt) trail.put({ ...row.result, status: "taken", sentAt });
      };
    }
  }, "relaxed").catch(() => {});
}

export async function readTrail() {
  const rows = await all("trail");
  return Promise.all(rows.map(async (row) => ({ ...(await openJson(current().key, row.closed, `trail:${row.seq}`)), seq: row.seq, status: row.status, problem: row.problem, sentAt: row.sentAt })));
}

// The whole day, or null where the tablet has no pack of today.
export async function readDay() {
  const [pack, trail] = await Promise.all([openKept("pack"), readTrail()]);
  return pack ? replay(pack, trail) : null;
}

export function replay(pack, trail) {
  const midnight = Date.parse(pack.expires_at) - LASTS_MS;
  const undone = new Set(trail.filter((event) => event.kind === "undo").map((event) => event.data.result));
  const stops = pack.stops.map((stop, at) => ({ ...stop, index: at + 1 }));
  const visits = stops.flatMap((stop) => stop.visits.map((visit) => Object.assign(visit, { stop, events: [] })));
  const byVisit = new Map(visits.map((visit) => [visit.id, visit]));
  const byCase = new Map(visits.map((visit) => [visit.case, visit]));
  let order = stops.map((stop) => stop.id);
  const elsewhere = [];
  for (const event of trail) {
    if (event.kind === "reordered" && (event.data.plan === pack.tag || isSame(event.data.order, stops))) order = event.data.order;
    if (!event.visit || undone.has(event.id) || event.kind === "undo") continue;
    const visit = byVisit.get(event.visit) ?? byCase.get(event.case);
    if (visit) visit.events.push(event);
    else if (event.kind === "result") elsewhere.push(event);
  }
  for (const visit of visits) settle(visit);
  const place = new Map(order.map((id, at) => [id, at]));
  stops.sort((one, other) => (place.get(one.id) ?? 99) - (place.get(other.id) ?? 99) || one.position - other.position);
  for (const stop of stops) {
    stop.arrivedAt = Math.min(...stop.visits.map((visit) => visit.arrivedAt ?? Infinity));
    stop.done = stop.visits.every((visit) => visit.result);
    stop.skipped = !stop.done && stop.visits.every((visit) => visit.result || visit.skipped);
  }
  const open = [...stops.filter((stop) => !stop.done && !stop.skipped), ...stops.filter((stop) => stop.skipped)];
  const day = { pack, stops, visits, open, next: open[0] ?? null, midnight, elsewhere };
  day.ahead = ahead(day);
  return day;
}

// An order that the team chose holds as long as the stops are the same, whatever else changed in the pack.
const isSame = (order, stops) => order.length === stops.length && stops.every((stop) => order.includes(stop.id));

function settle(visit) {
  const results = visit.events.filter((event) => event.kind === "result");
  visit.result = results.at(-1) ?? (visit.done ? { id: visit.done_id, data: { kind: visit.done }, status: "taken", fromOffice: true } : null);
  visit.first = results[0] ?? null;
  const arrived = visit.events.find((event) => event.kind === "arrived");
  visit.arrivedAt = arrived ? Date.parse(arrived.at) + (arrived.off_ms ?? 0) : null;
  const skips = visit.events.filter((event) => event.kind === "skipped");
  visit.skipped = skips.length > 0 && (skips.at(-1).seq > (arrived?.seq ?? 0));
  visit.signed = visit.events.some((event) => event.kind === "signature");
  visit.shots = visit.events.filter((event) => event.kind === "photo");
}

export const secondsNow = (day) => (now() - day.midnight) / 1000;

// Where the team is: at the stop it last arrived at, else at the office.
export function whereNow(day) {
  const been = day.stops.filter((stop) => Number.isFinite(stop.arrivedAt)).sort((a, b) => b.arrivedAt - a.arrivedAt);
  return been[0]?.index ?? 0;
}

export function asked(day, stop) {
  const left = stop.visits.filter((visit) => !visit.result);
  const service = left.reduce((sum, visit) => sum + visit.service_s, 0) + (Number.isFinite(stop.arrivedAt) ? 0 : day.pack.setup_s);
  const from = Math.max(stop.from_s, ...left.map((visit) => visit.home_from_s ?? 0));
  const to = Math.min(stop.to_s, ...left.map((visit) => visit.home_to_s ?? Infinity));
  return { index: stop.index, id: stop.id, service, from, to };
}

function ahead(day) {
  const start = Math.max(secondsNow(day), day.pack.route.leave_s);
  const { arrives, back } = timeline(day.pack.seconds, whereNow(day), day.open.map((stop) => asked(day, stop)), start, pauseOf(day.pack.route));
  return { arrives: new Map(day.open.map((stop, at) => [stop.id, arrives[at]])), back };
}

// Until when a result can be taken back, by the tablet's own clock; null where it no longer can.
export function undoUntil(visit) {
  const result = visit.result;
  if (!result || result.fromOffice || result.data.corrects) return null;
  const until = Date.parse(result.at) + UNDO_MS;
  return Date.now() < until && Date.now() >= Date.parse(result.at) - 1000 ? until : null;
}
