// Numbers, times and names as people read them.
import { lang } from "./i18n.js";

export function hour(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(lang(), {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
}

export function moment(seconds) {
  const date = new Date(seconds * 1000);
  const clock = date.toLocaleTimeString(lang(), { hour12: false });
  return `${clock}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

export function dateTime(seconds) {
  return new Date(seconds * 1000).toLocaleString(lang(), {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
}

// +57 301 234 5678; a business-scoped id stays as it is.
export function phone(key) {
  if (!/^\d+$/.test(key)) return key;
  if (/^57\d{10}$/.test(key)) {
    return `+57 ${key.slice(2, 5)} ${key.slice(5, 8)} ${key.slice(8)}`;
  }
  return `+${key}`;
}

export function initials(name) {
  const parts = (name || "?").trim().split(/\s+/);
  return (parts[0][0] + (parts[1] ? parts[1][0] : "")).toUpperCase();
}

export function pretty(value) {
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

const MOBILES = ["301", "302", "304", "305", "310", "311", "312", "313", "314", "315",
  "316", "317", "318", "319", "320", "321", "322", "323", "350"];

// A valid Colombian mobile nobody here has yet. 300 0xxxxxx are the magic ones.
export function newUserId() {
  const draw = crypto.getRandomValues(new Uint32Array(2));
  return `CO.${String(draw[0]).padStart(10, "1")}${String(draw[1]).padStart(10, "1")}`;
}

export function newMobile(taken) {
  for (;;) {
    const draw = crypto.getRandomValues(new Uint32Array(2));
    const head = MOBILES[draw[0] % MOBILES.length];
    const key = `57${head}${String(draw[1] % 10_000_000).padStart(7, "0")}`;
    if (!taken.has(key)) return key;
  }
}
