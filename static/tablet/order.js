// The rest of the day in another order, with the pack's own drives: as few minutes too late as possible, then home as
// early as possible. Insertion, then moving one stop or turning a piece round until nothing gets better.

const LATE_WEIGHT = 20;

// When the team rests: { from, length } in seconds, or null. The rest is taken before whatever would run into it.
export const pauseOf = ({ break_start_s: from, break_end_s: to }) => (Number.isFinite(from) && to > from ? { from, length: to - from } : null);

// stops: [{ index, service, from, to }] (index in the matrix; seconds of the day; from/to when the work should begin).
export function timeline(seconds, start, stops, startS, pause = null, office = 0) {
  let clock = startS;
  let at = start;
  let late = 0;
  let rest = pause && startS < pause.from + pause.length ? pause : null;
  const restBefore = (end) => {
    if (!rest || end <= rest.from) return;
    clock = Math.max(clock, rest.from) + rest.length;
    rest = null;
  };
  const arrives = stops.map((stop) => {
    clock += Math.max(seconds[at][stop.index], 0);
    const arrive = clock;
    clock = Math.max(arrive, stop.from ?? 0);
    restBefore(clock + stop.service);
    late += Math.max(0, clock - (stop.to ?? Infinity));
    clock += stop.service;
    at = stop.index;
    return arrive;
  });
  const back = clock + (stops.length ? Math.max(seconds[at][office], 0) : 0);
  return { arrives, late, back, cost: late * LATE_WEIGHT + back };
}

export function reorder(seconds, start, stops, startS, pause = null) {
  const cost = (order) => timeline(seconds, start, order, startS, pause).cost;
  let best = [];
  for (const stop of stops) {
    const tried = Array.from({ length: best.length + 1 }, (_, at) => [...best.slice(0, at), stop, ...best.slice(at)]);
    best = tried.reduce((least, order) => (cost(order) < cost(least) ? order : least));
  }
  if (cost(stops) < cost(best)) best = [...stops];
  for (let better = true; better;) {
    better = false;
    for (const order of neighbours(best)) {
      if (cost(order) < cost(best)) { best = order; better = true; break; }
    }
  }
  return best;
}

function* neighbours(order) {
  for (let from = 0; from < order.length; from += 1) {
    for (let to = 0; to < order.length; to += 1) {
      if (from === to) continue;
      const moved = [...order];
      moved.splice(to, 0, ...moved.splice(from, 1));
      yield moved;
      if (to > from) yield [...order.slice(0, from), ...order.slice(from, to + 1).reverse(), ...order.slice(to + 1)];
    }
  }
}
