// What the console knows, kept up by the event stream's frames.
import { useEffect, useState } from "./dom.js";

const CALM = 40;
const ROWS_KEPT = 20_000;
const TYPING_LASTS = 25_000;

export const state = {
  connected: false,
  run: null,
  seq: 0,
  dropped: 0,
  rows: [],
  messages: new Map(),
  talks: new Map(),
  customers: new Map(),
  world: null,
  faults: { faults: [], known: {}, about: {} },
  queue: { waiting: 0, in_flight: 0, next_due: null },
  clock: { frozen: false, now: Date.now() / 1000, at: performance.now() },
  presences: [],
  typing: new Map(),
  version: 0,
};

const listeners = new Set();
let planned = false;

// What a person does is shown at once.
export function redraw() {
  state.version += 1;
  for (const listener of listeners) listener(state.version);
}

// What the stream brings is shown together.
export function changed() {
  state.version += 1;
  if (planned) return;
  planned = true;
  setTimeout(() => {
    planned = false;
    redraw();
  }, CALM);
}

// Renders again whenever a frame changed something.
export function useStore() {
  const [, tick] = useState(0);
  useEffect(() => {
    listeners.add(tick);
    tick(state.version);
    return () => listeners.delete(tick);
  }, []);
  return state;
}

export function simulatedNow() {
  const { frozen, now, at } = state.clock;
  return frozen ? now : now + (performance.now() - at) / 1000;
}

// The messages of a customer with a number, oldest first.
export function talk(customer, number) {
  return state.talks.get(`${number}/${customer}`) ?? [];
}

function keep(record) {
  const key = `${record.number}/${record.customer}`;
  if (!state.talks.has(key)) state.talks.set(key, []);
  const list = state.talks.get(key);
  if (state.messages.has(record.wamid)) {
    const index = list.findLastIndex((each) => each.wamid === record.wamid);
    if (index >= 0) list[index] = record;
  } else {
    let place = list.length;
    while (place > 0 && list[place - 1].seq > record.seq) place -= 1;
    list.splice(place, 0, record);
    if (record.direction === "outbound") state.typing.delete(key);
  }
  state.messages.set(record.wamid, record);
}

function forget(wamid) {
  const record = state.messages.get(wamid);
  if (!record) return;
  const key = `${record.number}/${record.customer}`;
  state.talks.set(key, talk(record.customer, record.number).filter((m) => m.wamid !== wamid));
  state.messages.delete(wamid);
}

function noteTyping(row) {
  const read = row.typing && state.messages.get(row.reads);
  if (!read) return;
  const key = `${read.number}/${read.customer}`;
  const until = performance.now() + TYPING_LASTS;
  state.typing.set(key, until);
  setTimeout(() => {
    if (state.typing.get(key) === until) {
      state.typing.delete(key);
      changed();
    }
  }, TYPING_LASTS);
}

const APPLY = {
  hello(frame) {
    if (frame.run !== state.run || frame.since === 0) {
      state.rows = [];
      state.dropped = 0;
      state.typing = new Map();
    }
    state.run = frame.run;
    state.presences = frame.presences;
    state.messages = new Map();
    state.talks = new Map();
    state.customers = new Map();
  },
  world(frame) {
    state.world = frame;
  },
  faults(frame) {
    state.faults = frame;
  },
  queue(frame) {
    state.queue = frame;
  },
  clock(frame) {
    state.clock = { frozen: frame.frozen, now: frame.now, at: performance.now() };
  },
  customers(frame) {
    for (const each of frame.customers) state.customers.set(each.key, each);
    for (const key of frame.gone ?? []) state.customers.delete(key);
  },
  messages(frame) {
    for (const each of frame.messages) keep(each);
    for (const wamid of frame.gone ?? []) forget(wamid);
  },
  journal(frame) {
    state.rows.push(...frame.entries);
    if (state.rows.length > ROWS_KEPT) state.rows.splice(0, state.rows.length - ROWS_KEPT);
    state.dropped = frame.dropped;
    state.seq = frame.entries[frame.entries.length - 1].seq;
    const fresh = frame.entries.filter((row) => row.typing);
    for (const row of fresh) noteTyping(row);
  },
};

export function apply(frame) {
  const handler = APPLY[frame.type];
  if (handler) handler(frame);
  changed();
}
