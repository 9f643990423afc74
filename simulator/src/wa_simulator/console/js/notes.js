// Short notes to the person: what was done, what went wrong.
import { html, useEffect, useState } from "./dom.js";
import { t } from "./i18n.js";

const LIFE = 6_000;
const listeners = new Set();
let notes = [];
let count = 0;

function tell() {
  for (const listener of listeners) listener(notes);
}

export function note(text, level = "good") {
  const id = ++count;
  notes = [...notes.slice(-3), { id, text, level }];
  tell();
  setTimeout(() => drop(id), level === "error" ? LIFE * 2 : LIFE);
}

function drop(id) {
  notes = notes.filter((each) => each.id !== id);
  tell();
}

export function Notes() {
  const [shown, show] = useState(notes);
  useEffect(() => {
    listeners.add(show);
    return () => listeners.delete(show);
  }, []);
  return html`<div class="notes" role="status" aria-live="polite">
    ${shown.map(
      (each) => html`<div class="note ${each.level}" key=${each.id}>
        <span>${each.text}</span>
        <button class="plain" aria-label=${t("close")} onClick=${() => drop(each.id)}>
          ${"\u2715"}
        </button>
      </div>`,
    )}
  </div>`;
}
