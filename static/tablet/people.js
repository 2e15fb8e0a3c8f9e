// Who may read on this tablet: the device is let in by a code, each member by password once, then by PIN with no signal.
// Every try at a PIN is counted, on the disk unless that is full, before it is looked at. Three wrong ones make you wait, eight lock: then
// what can be read is wiped, and only a password at the office opens the tablet again.

import { forgetDevice, askJson, thisDevice } from "./office.js";
import { close, closeJson, fromBase64, newDeviceKey, openJson, unwrapByPin, wrapForPin } from "./sealing.js";
import { all, forgetReading, keep, known, write } from "./store.js";

const FREE_TRIES = 3;
const MOST_TRIES = 8;
const WAIT_MS = 30_000;

let session = null; // { member, name, key }: the reading key lives here only
let unkept = null; // the tries at a PIN that the disk had no room for

export const current = () => session;
export const lock = () => { session = null; };

export class Wrong extends Error {
  constructor({ waitMs = 0, left = 0, locked = false }) {
    super("wrong");
    Object.assign(this, { waitMs, left, locked });
  }
}

export async function enrol(code) {
  const made = await askJson("api/daftar", { method: "POST", body: { code }, anonymous: true });
  if (made.status !== 200) throw new Error(made.message);
  const key = await newDeviceKey();
  const secrets = { token: made.token, sealKey: [...fromBase64(made.seal_key)] };
  const closed = await close(key, new TextEncoder().encode(JSON.stringify(secrets)), `device:${made.tablet}`);
  forgetDevice();
  await write(["meta"], ({ meta }) => {
    meta.put({ id: made.tablet, name: made.name, team: made.team, key, secrets: closed, officeKey: fromBase64(made.office_key) }, "device");
    meta.delete("revoked");
  });
}

export async function signIn(username, password, pin) {
  const device = await thisDevice();
  const answer = await askJson("api/anggota", { method: "POST", body: { username, password } });
  if (answer.status !== 200) throw new Error(answer.message);
  const raw = fromBase64(answer.data_key);
  const wrap = await wrapForPin(raw, pin, device.key, answer.member);
  const label = await closeJson(device.key, { name: answer.name }, `label:${answer.member}`);
  await write(["members", "meta"], ({ members, meta }) => {
    members.put({ id: answer.member, label, ...wrap });
    meta.delete("tries");
  });
  unkept = null;
  raw.fill(0);
  await unlock(answer.member, pin);
}

export async function members() {
  const device = await thisDevice();
  const rows = await all("members");
  return Promise.all(rows.map(async (row) => ({ ...row, ...(await openJson(device.key, row.label, `label:${row.id}`)) })));
}

// Whom the office still knows in this team: the others can no longer open the tablet. True when somebody left.
export async function keepMembers(ids) {
  const gone = (await all("members")).filter((row) => !ids.includes(row.id));
  if (!gone.length) return false;
  if (gone.some((row) => row.id === session?.member)) lock();
  await write(["members"], ({ members: people }) => gone.forEach((row) => people.delete(row.id)));
  return true;
}

// The tries that were counted; a full disk keeps none, then they are counted here while the application is open.
async function triesSoFar() {
  const kept = await known("tries");
  return unkept && unkept.count > (kept?.count ?? 0) ? unkept : kept;
}

async function countTry(tries) {
  unkept = tries;
  try {
    await keep("tries", tries);
    unkept = null;
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
  }
}

async function forgetTries() {
  unkept = null;
  await write(["meta"], ({ meta }) => { meta.delete("tries"); });
}

// Never longer than the penalty itself: the clock may have been wrong at the wrong PIN and right since.
export async function waitBeforeTry() {
  const tries = await triesSoFar();
  return tries ? Math.max(0, Math.min(tries.notBefore - Date.now(), tries.penalty ?? Infinity)) : 0;
}

export async function unlock(memberId, pin) {
  const waitMs = await waitBeforeTry();
  if (waitMs > 0) throw new Wrong({ waitMs });
  const count = ((await triesSoFar())?.count ?? 0) + 1;
  const penalty = count < FREE_TRIES ? 0 : WAIT_MS * 2 ** (count - FREE_TRIES);
  await countTry({ count, penalty, notBefore: Date.now() + penalty });
  const device = await thisDevice();
  const member = (await members()).find((row) => row.id === memberId);
  try {
    const key = await unwrapByPin(member, pin, device.key, memberId);
    await forgetTries();
    session = { member: memberId, name: member.name, key };
    return session;
  } catch {
    if (count >= MOST_TRIES) {
      await forgetReading();
      await forgetTries();
      throw new Wrong({ locked: true });
    }
    throw new Wrong({ waitMs: penalty, left: MOST_TRIES - count });
  }
}
