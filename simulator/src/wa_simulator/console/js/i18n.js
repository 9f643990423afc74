// Words in the reader's language. One table, strings.js, holds them all.
import STRINGS from "./strings.js";

export const LANGUAGES = ["en", "es"];
const KEPT = "wa-sim-lang";

function first() {
  const kept = localStorage.getItem(KEPT);
  if (LANGUAGES.includes(kept)) return kept;
  return (navigator.language || "en").toLowerCase().startsWith("es") ? "es" : "en";
}

let current = first();

export function lang() {
  return current;
}

export function setLang(next) {
  current = next;
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = next;
}

// The words of a key with {places} filled in. An unknown key is shown as it is,
// which the tests would notice.
export function t(key, places = {}) {
  const words = STRINGS[key];
  const text = words ? words[LANGUAGES.indexOf(current)] : key;
  return text.replace(/\{(\w+)\}/g, (whole, name) =>
    name in places ? String(places[name]) : whole,
  );
}

export function has(key) {
  return key in STRINGS;
}

// A word for a value that the server may have added since: its own name then.
export function word(prefix, value) {
  const key = `${prefix}.${value}`;
  return STRINGS[key] ? t(key) : String(value).replaceAll("_", " ");
}
