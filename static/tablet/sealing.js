// Closing and opening. Three keys: the device's own (WebCrypto, cannot be exported), the team's reading key (opened by
// a member's PIN, held in memory only), and for every envelope a fresh one that only the office can make again.

const subtle = crypto.subtle;
const AES = { name: "AES-GCM", length: 256 };
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = new TextEncoder().encode("sambang outbox 1");
export const STRETCH = 600_000; // PBKDF2-HMAC-SHA-256: OWASP's figure of 2023
const utf8 = (text) => new TextEncoder().encode(text);
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

export const toBase64 = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
};
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export const newDeviceKey = () => subtle.generateKey(AES, false, ["encrypt", "decrypt"]);
export const readingKey = (raw) => subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);

export async function close(key, bytes, place) {
  const nonce = random(12);
  const shut = await subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: utf8(place) }, key, bytes);
  return join(nonce, new Uint8Array(shut));
}

export async function openBytes(key, closed, place) {
  const bytes = closed instanceof Uint8Array ? closed : new Uint8Array(closed);
  const plain = await subtle.decrypt({ name: "AES-GCM", iv: bytes.subarray(0, 12), additionalData: utf8(place) }, key, bytes.subarray(12));
  return new Uint8Array(plain);
}

export const closeJson = (key, value, place) => close(key, utf8(JSON.stringify(value)), place);
export const openJson = async (key, closed, place) => JSON.parse(new TextDecoder().decode(await openBytes(key, closed, place)));

export async function openPack(key, closed, place) {
  const squeezed = await openBytes(key, closed, place);
  const stream = new Blob([squeezed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// The key of one envelope: an ephemeral point, and HKDF(ECDH, salt: the tablet's key in envelopes). Made ahead, so that
// saving does not wait for it; used once.
export async function envelopeKey(officeKey, sealKey) {
  const [own, office] = await Promise.all([
    subtle.generateKey(CURVE, true, ["deriveBits"]),
    subtle.importKey("raw", officeKey, CURVE, false, []),
  ]);
  const secret = await subtle.deriveBits({ name: "ECDH", public: office }, own.privateKey, 256);
  const base = await subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const [key, point] = await Promise.all([
    subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: sealKey, info: INFO }, base, AES, false, ["encrypt"]),
    subtle.exportKey("raw", own.publicKey),
  ]);
  return { key, point: new Uint8Array(point) };
}

// Version 1 holds JSON, version 2 bytes as they are: version, point, nonce, AES-256-GCM.
export const closeEnvelope = async ({ key, point }, content, place) => join(Uint8Array.of(1), point, await closeJson(key, content, place));
export const closePicture = async ({ key, point }, bytes, place) => join(Uint8Array.of(2), point, await close(key, bytes, place));

async function pinKey(pin, salt, rounds) {
  const base = await subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  return subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, base, AES, false, ["encrypt", "decrypt"]);
}

// The reading key under a member's PIN, and that once more under the device's key: of no use on another device.
export async function wrapForPin(raw, pin, deviceKey, member) {
  const salt = random(16);
  const inner = await close(await pinKey(pin, salt, STRETCH), raw, `pin:${member}`);
  return { salt, rounds: STRETCH, wrapped: await close(deviceKey, inner, `member:${member}`) };
}

export async function unwrapByPin({ salt, rounds, wrapped }, pin, deviceKey, member) {
  const inner = await openBytes(deviceKey, wrapped, `member:${member}`);
  const raw = await openBytes(await pinKey(pin, salt, rounds), inner, `pin:${member}`);
  const key = await readingKey(raw);
  raw.fill(0);
  return key;
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

// UUIDv7 (RFC 9562, section 5.7), as the server makes them.
export function newId() {
  const bytes = random(16);
  let now = Date.now();
  for (let at = 5; at >= 0; at -= 1) { bytes[at] = now % 256; now = Math.floor(now / 256); }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
