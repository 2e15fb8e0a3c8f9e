// Maps without tiles: the villages' own points, names and boundaries on plain ground, drawn by Leaflet, which is
// fetched only when somebody asks for the map. Gives a fieldset marked [data-map-pick] its map, to choose a point on.

const NAMES_FROM_ZOOM = 13;
const GOOD_M = 100; // a position less exact than this says little about the house

async function leaflet({ leafletJs, leafletCss }) {
  if (window.L) return window.L;
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: leafletCss });
  const styled = new Promise((done) => { style.onload = style.onerror = done; });
  document.head.prepend(style);
  await Promise.all([import(leafletJs), styled]);
  return window.L;
}

async function json(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function frame(L, box, { mapZoomIn, mapZoomOut, mapCredit }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, { zoomControl: false, attributionControl: false, preferCanvas: true, minZoom: 9, maxZoom: 18, zoomSnap: 0.5,
    zoomAnimation: !still, fadeAnimation: !still, inertia: !still });
  L.control.zoom({ zoomInTitle: mapZoomIn, zoomOutTitle: mapZoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (mapCredit) L.control.attribution({ prefix: false }).addAttribution(safe(mapCredit)).addTo(map);
  return map;
}

function safe(text) {
  return Object.assign(document.createElement("span"), { textContent: text }).innerHTML;
}

// A background is GeoJSON: points with `name` and `kind` ("village" or "district"), outlines with `kind`, and whether
// the outlines are `estimated`, which is then said on the map.
function drawBackground(L, map, background, estimated) {
  const names = { district: L.layerGroup(), village: L.layerGroup() };
  const ground = L.geoJSON(background, {
    interactive: false,
    style: ({ geometry, properties }) => {
      if (geometry.type === "Point") return {};
      return { fill: false, dashArray: background.estimated ? "3 5" : null,
        ...(properties.kind === "village" ? { color: "#c4b8a5", weight: 1 } : { color: "#75695b", weight: 2 }) };
    },
    pointToLayer: ({ properties }, point) => {
      const kind = properties.kind === "district" ? "district" : "village";
      const label = `<span class="map-place ${kind}">${safe(properties.name ?? "")}</span>`;
      const shift = kind === "village" ? [0, 13] : [0, 0];
      names[kind].addLayer(L.marker(point, { interactive: false, keyboard: false,
        icon: L.divIcon({ className: "", html: label, iconSize: [0, 0], iconAnchor: [shift[0], -shift[1]] }) }));
      return L.circleMarker(point, kind === "village"
        ? { radius: 3, weight: 1, color: "#fff", fillColor: "#94642f", fillOpacity: 1, interactive: false }
        : { radius: 0, stroke: false, fill: false, interactive: false });
    },
  }).addTo(map);
  const hasDistricts = names.district.getLayers().length > 0;
  const rename = () => {
    const near = map.getZoom() >= NAMES_FROM_ZOOM || !hasDistricts;
    toggle(map, names.village, near);
    toggle(map, names.district, !near);
  };
  map.on("zoomend", rename);
  if (background.estimated && estimated) {
    L.control.attribution({ prefix: false, position: "bottomleft" }).addAttribution(safe(estimated)).addTo(map);
  }
  return { bounds: ground.getBounds(), rename };
}

// Roads and names around what is seen, square by square, where the office has imported any. Only near to: further
// away they would be many and say little.
const SQUARE = 0.02;
const ROADS_FROM_ZOOM = 14;
const MOST_SQUARES = 16;
const ROAD_LOOKS = { river: { color: "#9db8c9", weight: 4 }, 1: { color: "#b9a98e", weight: 5 }, 2: { color: "#c9bca5", weight: 3.5 }, 3: { color: "#d3c8b5", weight: 2.5 }, 4: { color: "#d3c8b5", weight: 1.5, dashArray: "4 4" } };

function drawRoads(L, map, url, credit) {
  const asked = new Set();
  let isOver = false;
  async function fetchSquare(square) {
    const answer = await fetch(`${url}?kotak=${square}`, { headers: { Accept: "application/json" } });
    if (answer.status === 204) isOver = true;
    if (answer.status !== 200) return;
    if (credit) {
      L.control.attribution({ prefix: false }).addAttribution(safe(credit)).addTo(map);
      credit = null;
    }
    L.geoJSON(await answer.json(), {
      interactive: false,
      style: ({ properties }) => ROAD_LOOKS[properties.level ?? properties.kind] ?? {},
      pointToLayer: ({ properties }, point) => L.marker(point, { interactive: false, keyboard: false,
        icon: L.divIcon({ className: "", html: `<span class="map-place ${properties.kind === "place" ? "" : "street"}">${safe(properties.name)}</span>`, iconSize: [0, 0] }) }),
    }).addTo(map);
  }
  const load = () => {
    if (isOver || map.getZoom() < ROADS_FROM_ZOOM) return;
    const bounds = map.getBounds();
    const [south, west, north, east] = [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()].map((degrees) => Math.floor(degrees / SQUARE));
    if ((north - south + 1) * (east - west + 1) > MOST_SQUARES) return;
    for (let row = south; row <= north; row += 1) {
      for (let column = west; column <= east; column += 1) {
        const square = `${row},${column}`;
        if (asked.has(square)) continue;
        asked.add(square);
        fetchSquare(square).catch(() => asked.delete(square));
      }
    }
  };
  map.on("moveend", load);
  load();
}

function toggle(map, layer, on) {
  if (on) layer.addTo(map);
  else layer.remove();
}

// --- choosing a point ---------------------------------------------------------------------------------------

const PIN = '<svg viewBox="0 0 32 42" aria-hidden="true"><path d="M16 41C16 41 2 26 2 15a14 14 0 0 1 28 0c0 11-14 26-14 26z" fill="#9c1b1b" stroke="#fff" stroke-width="2"/><circle cx="16" cy="15" r="5" fill="#fff"/></svg>';

export default function pick(element) {
  const { dataset } = element;
  const lat = document.getElementById(dataset.lat);
  const lon = document.getElementById(dataset.lon);
  const box = element.querySelector(".map");
  const said = element.querySelector(".map-said");
  const buttons = Object.fromEntries([...element.querySelectorAll("[data-map-do]")].map((button) => [button.dataset.mapDo, button]));
  let map = null;
  let marker = null;

  const typed = () => {
    // Other writings (links, degrees and minutes) are read by the server.
    const texts = [lat.value, lon.value].map((text) => text.trim().replace(",", "."));
    return texts.every((text) => /^-?\d{1,3}(\.\d+)?$/.test(text)) ? texts.map(Number) : null;
  };
  const say = (text) => { said.textContent = text ?? ""; };

  function place(point, words) {
    lat.value = point[0].toFixed(6);
    lon.value = point[1].toFixed(6);
    say(words ?? dataset.saidSet);
    show();
  }

  function show() {
    const point = typed();
    if (!map || !point) return;
    if (marker) marker.setLatLng(point);
    else {
      marker = window.L.marker(point, { draggable: true, keyboard: false, alt: "",
        icon: window.L.divIcon({ className: "map-pin", html: PIN, iconSize: [32, 42], iconAnchor: [16, 41] }) }).addTo(map);
      marker.on("dragend", () => { const at = marker.getLatLng(); place([at.lat, at.lng]); });
    }
    if (!map.getBounds().contains(point)) map.setView(point, Math.max(map.getZoom(), 15));
  }

  async function open() {
    buttons.open.hidden = true;
    say(dataset.saidWait);
    try {
      const L = await leaflet(dataset);
      const background = await json(dataset.mapBackground).catch(() => null);
      box.hidden = false;
      map = frame(L, box, dataset);
      const centre = typed() ?? (dataset.mapCentre ? dataset.mapCentre.split(",").map(Number) : null);
      if (centre) map.setView(centre, typed() ? 16 : 14);
      else map.setView([-7.42, 110.98], 11);
      if (background) {
        const { bounds, rename } = drawBackground(L, map, background, dataset.mapEstimated);
        if (!centre && bounds.isValid()) map.fitBounds(bounds);
        rename();
      }
      drawRoads(L, map, dataset.mapRoads, dataset.mapRoadsCredit);
      map.on("click", ({ latlng }) => place([latlng.lat, latlng.lng]));
      buttons.centre.hidden = false;
      show();
      say(dataset.saidTap);
    } catch {
      buttons.open.hidden = false;
      say(dataset.saidNoMap);
    }
  }

  function here() {
    say(dataset.saidWait);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        place([coords.latitude, coords.longitude], dataset.saidHere.replace("{m}", Math.round(coords.accuracy)));
        const source = lat.form?.elements.place_from;
        if (source && coords.accuracy <= GOOD_M) source.value = `device ${lat.value} ${lon.value}`;
      },
      () => say(dataset.saidNoPosition),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 10_000 },
    );
  }

  buttons.open.hidden = false;
  buttons.open.addEventListener("click", open);
  buttons.centre.addEventListener("click", () => { const at = map.getCenter(); place([at.lat, at.lng]); });
  if (navigator.geolocation && isSecureContext) {
    buttons.here.hidden = false;
    buttons.here.addEventListener("click", here);
  }
  // "-7.4267, 111.0223", as other map programs copy it, may be pasted into the first box.
  lat.addEventListener("change", () => {
    const both = lat.value.match(/^\s*(-?\d+\.\d+)\s*[,;\s]\s*(-?\d+\.\d+)\s*$/);
    if (both) [, lat.value, lon.value] = both;
    show();
  });
  lon.addEventListener("change", show);
}

export { drawBackground, drawRoads, frame, json, leaflet };
