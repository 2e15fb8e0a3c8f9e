// Where the tablet is, as far as it knows by now. Nobody waits for it. How old a position is counts from when it
// came here, since the tablet's clock may be wrong and the satellites' is right; by two counters, for one may sleep.

const FRESH_MS = 2 * 60_000;
let last = null;

export function watchPosition() {
  navigator.geolocation?.watchPosition(({ coords }) => {
    last = { lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.round(coords.accuracy), came: performance.now(), cameAt: Date.now() };
  }, () => {}, { enableHighAccuracy: true, maximumAge: 30_000 });
}

export function position() {
  if (!last || Math.max(performance.now() - last.came, Math.abs(Date.now() - last.cameAt)) > FRESH_MS) return null;
  const { lat, lon, accuracy_m } = last;
  return { lat, lon, accuracy_m };
}

// Metres between two points (haversine).
export function away(one, other) {
  const turn = Math.PI / 180;
  const [north, east] = [(other.lat - one.lat) * turn, (other.lon - one.lon) * turn];
  const half = Math.sin(north / 2) ** 2 + Math.cos(one.lat * turn) * Math.cos(other.lat * turn) * Math.sin(east / 2) ** 2;
  return 2 * 6_371_000 * Math.asin(Math.sqrt(half));
}

// The address that opens the office's map application at a point; without a choice the tablet asks, or knows its own.
const PACKAGES = {
  google: ["google.navigation", "com.google.android.apps.maps"],
  osmand: ["google.navigation", "net.osmand"],
  organic: ["geo", "app.organicmaps"],
};

export function navigation(application, { lat, lon }) {
  const point = `${lat.toFixed(6)},${lon.toFixed(6)}`;
  if (!Object.hasOwn(PACKAGES, application)) return `geo:${point}?q=${point}`;
  const [scheme, name] = PACKAGES[application];
  return `intent:${scheme === "geo" ? `${point}?q=${point}` : `q=${point}`}#Intent;scheme=${scheme};package=${name};end`;
}
