// The tablet's clock is not trusted: every answer of the office tells the time, and the difference is kept.

import { keep, known } from "./store.js";

const WRONG_MS = 2 * 60_000;
const JUMP_MS = 7 * 24 * 3_600_000; // further than this since the office was heard, the clock is wrong, not the calendar
let offMs = null; // the office's time less ours; null until the office was heard
let heard = false; // whether the office was heard since the application was opened
let latest = 0; // the latest moment that was ever seen: time does not run back

export async function startClock() {
  const kept = await known("clock");
  offMs = kept?.offMs ?? null;
  latest = kept?.latest ?? 0;
}

export function learn(officeText, askedAt) {
  const office = Date.parse(officeText ?? "");
  if (!Number.isFinite(office)) return;
  const middle = (askedAt + Date.now()) / 2;
  offMs = Math.round(office - middle);
  latest = now();
  heard = true;
  keep("clock", { offMs, latest }).catch(() => {});
}

export const offset = () => offMs;
export const now = () => Date.now() + (offMs ?? 0);
export const isBehind = () => now() < latest - WRONG_MS; // set back since: what was learnt of it no longer holds
export const isWrong = () => offMs !== null && (Math.abs(offMs) > WRONG_MS || isBehind());
export function hasPassed(moment) {
  const jumped = !heard && now() - latest > JUMP_MS;
  return (jumped ? latest : Math.max(now(), latest)) >= moment;
}

export function timeText(ms) {
  return new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Jakarta" }).format(ms).replace(":", ".");
}
export const secondsText = (seconds) => {
  const minutes = Math.round(seconds / 60);
  return `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}.${String(minutes % 60).padStart(2, "0")}`;
};
