// The map: the regency's outlines and roads as they were kept on Wi-Fi, the stops in order, and where the tablet is.
// No tiles.

import { drawRoads } from "./roads.js";
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
  drawWay(L, map, day, line);
  L.marker(home, { icon: icon(L, "K", "office"), title: "Kantor" }).addTo(map);
  for (const stop of day.stops) {
    const look = stop.done ? "done" : stop === day.next ? "next" : "open";
    L.marker([stop.lat, stop.lon], { icon: icon(L, String(stop.position), look), title: stop.visits.map((visit) => visit.name).join(", ") })
      .on("click", () => choose(stop.visits[0].id)).addTo(map);
  }
  here(L, map, box);
  await drawRoads(L, map, box);
}

// The road where the plan knows it and the team still goes in the plan's order; a dashed straight line elsewhere.
function drawWay(L, map, day, places) {
  day.stops.concat({ index: 0 }).forEach((stop, at) => {
    const before = at ? day.stops[at - 1].index : 0;
    const planned = stop.index ? stop.index === before + 1 : before === day.stops.length;
    const road = planned ? day.pack.lines?.[stop.index ? stop.index - 1 : day.stops.length] : null;
    const look = { color: "#17496b", weight: 5, interactive: false, dashArray: road ? null : "10 8" };
    L.polyline(road ?? [places[at], places[at + 1]], look).addTo(map);
  });
}

const icon = (L, text, look) => L.divIcon({ className: `pin ${look}`, html: text, iconSize: [56, 56] });

const VILLAGES_FROM_ZOOM = 13; // further away their names would lie on each other: the districts' instead

function ground(L, map, background) {
  const names = { village: L.layerGroup(), district: L.layerGroup() };
  L.geoJSON(background, {
    interactive: false,
    style: ({ geometry, properties }) => (geometry.type === "Point" ? {} : { fill: false, color: properties.kind === "village" ? "#b9ab95" : "#75695b", weight: properties.kind === "village" ? 1 : 2 }),
    pointToLayer: ({ properties }, at) => {
      const name = document.createElement("span");
      name.textContent = properties.name ?? "";
      names[properties.kind]?.addLayer(L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className: `place ${properties.kind}`, html: name, iconSize: [0, 0] }) }));
      return L.circleMarker(at, { radius: 0, stroke: false, fill: false, interactive: false });
    },
  }).addTo(map);
  const rename = () => {
    const near = map.getZoom() >= VILLAGES_FROM_ZOOM;
    names[near ? "village" : "district"].addTo(map);
    names[near ? "district" : "village"].remove();
  };
  map.on("zoomend", rename);
  rename();
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
