// The plan changed while the team is out: what moved and why, and the team's yes. What is done stays done.

import { button, h, say, show } from "./dom.js";
import { secondsText } from "./clock.js";
import { openKept } from "./day.js";
import { record } from "./outbox.js";
import { known, write } from "./store.js";

const WORTH_TELLING_S = 300;

export function compare(before, after) {
  const people = (pack) => new Map(pack.stops.flatMap((stop) => stop.visits.map((visit) => [visit.case, { visit, stop }])));
  const [old, fresh] = [people(before), people(after)];
  const lines = [];
  for (const [id, { visit, stop }] of fresh) {
    const was = old.get(id);
    if (!was) lines.push({ look: "added", words: `Baru: ${visit.name}, kira-kira ${secondsText(stop.arrive_s)}` });
    else if (Math.abs(was.stop.arrive_s - stop.arrive_s) >= WORTH_TELLING_S) lines.push({ look: "moved", words: `${visit.name}: ${secondsText(was.stop.arrive_s)} menjadi ${secondsText(stop.arrive_s)}` });
  }
  for (const [id, { visit }] of old) if (!fresh.has(id)) lines.push({ look: "gone", gone: id, words: `Dikeluarkan: ${visit.name}` });
  return lines;
}

// Take a new pack at once where nothing moved; otherwise return what to tell, or null where there is no new pack.
export async function newPlan() {
  const next = await openKept("next-pack");
  if (!next) return calledOff();
  const before = await openKept("pack");
  const lines = before ? compare(before, next) : [];
  if (lines.length) return { lines, why: next.why, route: next.route.id, tag: next.tag };
  await takeOver();
  return null;
}

// The office has no route for this team today any more.
async function calledOff() {
  const [gone, before] = await Promise.all([known("no-route"), openKept("pack")]);
  if (!gone || !before) return null;
  return { lines: compare(before, { stops: [] }), why: "Kantor membatalkan rute tim ini hari ini.", route: null, tag: null };
}

// Go by the new pack; where there is none, by none.
async function takeOver() {
  const next = await known("next-pack");
  await write(["meta"], ({ meta }) => {
    if (next) meta.put(next, "pack");
    else meta.delete("pack");
    meta.delete("next-pack");
  });
}

export function showChange(change, day, go) {
  const done = new Map(day.visits.filter((visit) => visit.result).map((visit) => [visit.case, visit.name]));
  show(h("h1", {}, "Rencana berubah"), h("p", {}, change.why),
    h("ul.changes", {}, change.lines.map(({ look, gone, words }) => h(`li.${look}`, {}, done.has(gone) ? `${words} (sudah selesai, tetap dihitung)` : words))),
    done.size ? h("p", {}, `Yang sudah selesai tetap selesai: ${[...done.values()].join(", ")}.`) : null,
    button("Terima perubahan", async () => {
      await record("plan_accepted", null, { route: change.route, tag: change.tag });
      await takeOver();
      say("Rencana baru dipakai.");
      return go("day");
    }, { data: { do: "accept" } }, "primary.big"),
    button("Nanti, selesaikan titik ini dahulu", () => go("day", null, { later: true }), {}, "plain"));
}
