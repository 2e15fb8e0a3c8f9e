// The roads and names under the map, as the office imported them: fetched once on Wi-Fi, kept in squares of 0.02 degrees
// so that a map reads only what it shows, and drawn below the route.

import { ask } from "./office.js";
import { get, known, write } from "./store.js";

const SQUARE = 0.02;
const FROM_ZOOM = 13; // further away only the through roads and rivers
const MOST_SQUARES = 80;
const MOST_NAMES = 60;
const PATIENCE_MS = 180_000; // up to 10 MB
const LOOKS = {
  river: { color: "#9db8c9", weight: 4 },
  4: { color: "#cdbfa9", weight: 1.5, dashArray: "4 4" },
  3: { color: "#cdbfa9", weight: 2.5 },
  2: { color: "#bfae92", weight: 3.5 },
  1: { color: "#ab9878", weight: 5 },
};
const ORDER = ["river", "4", "3", "2", "1"];
const NAME_FROM_ZOOM = { 1: 11, 2: 14, 3: 15, street: 16 };

export const roadsKept = () => known("roads");

// Ask for the roads when the tablet has none or others, never over a mobile network. { tag: "" } is kept where the office has none.
export async function fetchRoads() {
  const network = navigator.connection;
  if (network?.type === "cellular" || network?.saveData) return;
  const kept = await roadsKept();
  const answer = await ask(`api/jalan?punya=${kept?.tag ?? ""}`, { patience: PATIENCE_MS });
  const tag = answer.headers.get("Sambang-Tag") ?? "";
  if (answer.status === 200) await keepRoads(tag, await answer.json(), kept);
  else if (answer.status === 204 && (!kept || kept.tag !== tag)) await keepRoads("", { features: [] }, kept);
}

function keepRoads(tag, { features }, old) {
  const squares = new Map();
  const wide = { lines: {}, names: [] };
  const held = (square) => {
    if (!squares.has(square)) squares.set(square, { lines: {}, names: [] });
    return squares.get(square);
  };
  for (const { properties, geometry } of features) {
    if (geometry.type === "Point") {
      const name = { at: turned(geometry.coordinates), text: properties.name, from: NAME_FROM_ZOOM[properties.rank ?? "street"] ?? 16 };
      held(squareOf(geometry.coordinates)).names.push(name);
      if (properties.rank === 1) wide.names.push(name);
      continue;
    }
    const level = properties.kind === "river" ? "river" : String(properties.level);
    for (const line of geometry.coordinates) {
      const points = line.map(turned);
      if (level === "river" || level === "1") (wide.lines[level] ??= []).push(points);
      for (const square of new Set(line.map(squareOf))) (held(square).lines[level] ??= []).push(points);
    }
  }
  read.clear();
  return write(["meta"], ({ meta }) => {
    for (const square of old?.squares ?? []) meta.delete(`roads ${square}`);
    for (const [square, part] of squares) meta.put(part, `roads ${square}`);
    meta.put(wide, "roads wide");
    meta.put({ tag, squares: [...squares.keys()] }, "roads");
  });
}

const turned = ([lon, lat]) => [lat, lon];
const squareOf = ([lon, lat]) => `${Math.floor(lat / SQUARE)},${Math.floor(lon / SQUARE)}`;

const read = new Map(); // what was read of the store since the application began

async function readSquare(square) {
  if (!read.has(square)) read.set(square, await get("meta", `roads ${square}`) ?? null);
  return read.get(square);
}

// Draw what is kept of the roads under a map, again whenever it has moved.
export async function drawRoads(L, map, box) {
  const kept = await roadsKept();
  if (!kept?.tag || !box.isConnected) return;
  const lines = Object.fromEntries(ORDER.map((level) => [level, L.polyline([], { ...LOOKS[level], interactive: false }).addTo(map)]));
  for (const level of [...ORDER].reverse()) lines[level].bringToBack();
  const names = L.layerGroup().addTo(map);
  const known = new Set(kept.squares);
  let turn = 0;
  const draw = async () => {
    const mine = ++turn;
    const zoom = map.getZoom();
    const seen = zoom < FROM_ZOOM ? null : squaresIn(map.getBounds()).filter((square) => known.has(square));
    const near = seen && seen.length <= MOST_SQUARES;
    const parts = (await Promise.all((near ? seen : ["wide"]).map(readSquare))).filter(Boolean);
    if (mine !== turn || !box.isConnected) return;
    for (const level of ORDER) {
      const shown = parts.flatMap((part) => part.lines[level] ?? []);
      lines[level].setLatLngs(level === "4" && zoom < FROM_ZOOM + 1 ? [] : shown);
    }
    names.clearLayers();
    for (const name of parts.flatMap((part) => part.names).filter((one) => one.from <= zoom).slice(0, MOST_NAMES)) {
      const text = document.createElement("span");
      text.textContent = name.text;
      names.addLayer(L.marker(name.at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "place", html: text, iconSize: [0, 0] }) }));
    }
  };
  map.on("moveend", draw);
  L.control.attribution({ prefix: false }).addAttribution("Jalan: © kontributor OpenStreetMap").addTo(map);
  await draw();
}

function squaresIn(bounds) {
  const [south, west, north, east] = [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()].map((degrees) => Math.floor(degrees / SQUARE));
  const found = [];
  for (let row = south; row <= north; row += 1) {
    for (let column = west; column <= east; column += 1) found.push(`${row},${column}`);
  }
  return found;
}
