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
  for (const [id, { visit }] of old) if (!fresh.has(id)) lines.push({ look: "gone", words: `Dikeluarkan: ${visit.name}` });
  return lines;
}

// Take a new pack at once where nothing moved; otherwise return what to tell, or null where there is no new pack.
export async function newPlan() {
  const next = await openKept("next-pack");
  if (!next) return null;
  const before = await openKept("pack");
  const lines = before ? compare(before, next) : [];
  if (lines.length) return { lines, why: next.why, route: next.route.id, tag: next.tag };
  await takeOver();
  return null;
}

async function takeOver() {
  const next = await known("next-pack");
  if (next) await write(["meta"], ({ meta }) => { meta.put(next, "pack"); meta.delete("next-pack"); });
}

export function showChange(change, day, go) {
  const done = new Set(day.visits.filter((visit) => visit.result).map((visit) => visit.name));
  show(h("h1", {}, "Rencana berubah"), h("p", {}, change.why),
    h("ul.changes", {}, change.lines.map(({ look, words }) => h(`li.${look}`, {}, words))),
    done.size ? h("p", {}, `Yang sudah selesai tetap selesai: ${[...done].join(", ")}.`) : null,
    button("Terima perubahan", async () => {
      await record("plan_accepted", null, { route: change.route, tag: change.tag });
      await takeOver();
      say("Rencana baru dipakai.");
      return go("day");
    }, { data: { do: "accept" } }, "primary.big"),
    button("Nanti, selesaikan titik ini dahulu", () => go("day", null, { later: true }), {}, "plain"));
}
