// One WebSocket. When it breaks it is opened again and goes on where it was.
import { get } from "./api.js";
import { note } from "./notes.js";
import { apply, changed, state } from "./store.js";

const FIRST_WAIT = 300;
const LONGEST_WAIT = 5_000;
let wait = FIRST_WAIT;

function address() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const query = new URLSearchParams({ since: String(state.seq) });
  if (state.run) query.set("run", state.run);
  return `${scheme}//${location.host}/_sim/events?${query}`;
}

export function connect() {
  const socket = new WebSocket(address());
  socket.onmessage = (event) => {
    wait = FIRST_WAIT;
    state.connected = true;
    apply(JSON.parse(event.data));
  };
  socket.onclose = () => {
    // Never let in: the server says why to an ordinary call, a WebSocket cannot.
    if (!state.run && wait === FIRST_WAIT) get("/clock").catch((error) => note(error.message, "error"));
    state.connected = false;
    changed();
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };
}
