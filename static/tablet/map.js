// The map: the regency's outlines as they were kept on Wi-Fi, the stops in order, and where the tablet is. No tiles.

import { known } from "./store.js";

let leaflet = null;

function load() {
  leaflet ??= import("../vendor/leaflet/leaflet.js").then(() => window.L);
  return leaflet;
}

export async function openMap(box, day, choose) {
  const [L, kept] = await Promise.all([load(), known("map")]);
  if (!box.isConnected) return;
  const map = L.map(box, { zoomControl: false, attributionControl: false, zoomAnimation: false, fadeAnimation: false, preferCanvas: true });
  L.control.zoom({ zoomInTitle: "Perbesar", zoomOutTitle: "Perkecil" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const home = [day.pack.office.lat, day.pack.office.lon];
  const line = [home, ...day.stops.map((stop) => [stop.lat, stop.lon]), home];
  map.fitBounds(L.latLngBounds(line).pad(0.1));
  if (kept) ground(L, map, JSON.parse(kept.text));
  L.polyline(line, { color: "#17496b", weight: 5, dashArray: "10 8", interactive: false }).addTo(map);
  L.marker(home, { icon: icon(L, "K", "office"), title: "Kantor" }).addTo(map);
  for (const stop of day.stops) {
    const look = stop.done ? "done" : stop === day.next ? "next" : "open";
    L.marker([stop.lat, stop.lon], { icon: icon(L, String(stop.position), look), title: stop.visits.map((visit) => visit.name).join(", ") })
      .on("click", () => choose(stop.visits[0].id)).addTo(map);
  }
  here(L, map, box);
}

const icon = (L, text, look) => L.divIcon({ className: `pin ${look}`, html: text, iconSize: [44, 44] });

function ground(L, map, background) {
  L.geoJSON(background, {
    interactive: false,
    style: ({ geometry, properties }) => (geometry.type === "Point" ? {} : { fill: false, color: properties.kind === "village" ? "#b9ab95" : "#75695b", weight: properties.kind === "village" ? 1 : 2 }),
    pointToLayer: ({ properties }, at) => {
      if (properties.kind === "village") {
        const name = document.createElement("span");
        name.textContent = properties.name ?? "";
        return L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "place", html: name, iconSize: [0, 0] }) });
      }
      return L.circleMarker(at, { radius: 0, stroke: false, fill: false, interactive: false });
    },
  }).addTo(map);
}

function here(L, map, box) {
  let dot = null;
  const watch = navigator.geolocation?.watchPosition(({ coords }) => {
    if (!box.isConnected) return navigator.geolocation.clearWatch(watch);
    const at = [coords.latitude, coords.longitude];
    if (dot) dot.setLatLng(at);
    else dot = L.circleMarker(at, { radius: 9, color: "#fff", weight: 3, fillColor: "#0b5fa5", fillOpacity: 1 }).addTo(map);
    return undefined;
  }, () => {}, { enableHighAccuracy: true, maximumAge: 10_000 });
}
