// Asking the server. Never waited for by anything that a person does, never trusted to be there.

import { learn } from "./clock.js";
import { openBytes } from "./sealing.js";
import { forgetReading, keep, known } from "./store.js";

const PATIENCE_MS = 20_000;
export const version = () => globalThis.document?.documentElement.dataset.version ?? globalThis.SAMBANG_VERSION ?? "";

export class Away extends Error {} // no answer, or one from something that is not our server
export class Revoked extends Error {}

let device = null;

// The device as it was let in: { id, name, team, key, token, sealKey, officeKey }, or null. Secrets in memory only.
export async function thisDevice() {
  if (device) return device;
  const kept = await known("device");
  if (!kept) return null;
  const secrets = await openBytes(kept.key, kept.secrets, `device:${kept.id}`);
  const { token, sealKey } = JSON.parse(new TextDecoder().decode(secrets));
  device = { ...kept, token, sealKey: Uint8Array.from(sealKey) };
  return device;
}

export const forgetDevice = () => { device = null; };

export async function ask(path, { method = "GET", body, anonymous = false, patience = PATIENCE_MS } = {}) {
  const headers = { Accept: "application/json, application/octet-stream", "Sambang-App": version() };
  const own = anonymous ? null : await thisDevice();
  if (own) headers.Authorization = `Tablet ${own.id}.${own.token}`;
  const isBytes = body instanceof Uint8Array;
  if (body !== undefined) headers["Content-Type"] = isBytes ? "application/octet-stream" : "application/json";
  const askedAt = Date.now();
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, body: body === undefined || isBytes ? body : JSON.stringify(body),
      credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(patience),
    });
  } catch {
    throw new Away();
  }
  const office = answer.headers.get("Sambang-Now");
  if (!office) throw new Away(); // a sign-in page of somebody's Wi-Fi, or a proxy
  learn(office, askedAt);
  if (answer.status === 410) {
    if (own && (await known("device"))?.id !== own.id) { forgetDevice(); throw new Away(); } // another tab let it in anew
    await forgetReading();
    await keep("revoked", true);
    throw new Revoked();
  }
  if (answer.status >= 500) throw new Away();
  return answer;
}

export async function askJson(path, options) {
  const answer = await ask(path, options);
  try {
    return { status: answer.status, ...(await answer.json()) };
  } catch {
    throw new Away();
  }
}
