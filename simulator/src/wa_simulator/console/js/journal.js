// The live journal: filters, rows, detail; and the narrow one beside the phones.
import { html, useMemo, useState } from "./dom.js";
import { act, download, upload } from "./api.js";
import { Detail } from "./detail.js";
import { t, word } from "./i18n.js";
import { failed, haystack, Row } from "./rows.js";
import { state, useStore } from "./store.js";
import { Action, Empty, Field } from "./ui.js";
import { VirtualList } from "./vlist.js";

const HEIGHT = 36;
const KINDS = ["api", "webhook", "handshake", "silent", "refused"];
const seqOf = (row) => row.seq;

// Kept while the page lives, so that a look at the phones loses nothing.
const filters = { words: "", kinds: new Set(), bad: false };

function chosen(rows, { words, kinds, bad }) {
  const wanted = words.trim().toLowerCase();
  const found = [];
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const row = rows[index];
    if (kinds.size && !kinds.has(row.kind)) continue;
    if (bad && !failed(row)) continue;
    if (wanted && !(row.hay ??= haystack(row)).includes(wanted)) continue;
    found.push(row);
  }
  return found;
}

function Filters({ change }) {
  const kinds = [...new Set([...KINDS, ...filters.kinds, ...extraKinds()])];
  const toggle = (kind) => {
    if (!filters.kinds.delete(kind)) filters.kinds.add(kind);
    change();
  };
  return html`<div class="filters">
    <${Field} label=${t("journal.search")} class="grow">
      <input type="search" value=${filters.words} placeholder=${t("journal.search.hint")}
        onInput=${(event) => {
          filters.words = event.target.value;
          change();
        }} />
    <//>
    <div class="chips" role="group" aria-label=${t("journal.kinds")}>
      ${kinds.map(
        (kind) => html`<button type="button" class="chip" key=${kind}
          aria-pressed=${filters.kinds.has(kind) ? "true" : "false"} onClick=${() => toggle(kind)}>
          ${word("kind", kind)}
        </button>`,
      )}
      <button type="button" class="chip" aria-pressed=${filters.bad ? "true" : "false"}
        onClick=${() => {
          filters.bad = !filters.bad;
          change();
        }}>${t("journal.bad")}</button>
    </div>
  </div>`;
}

async function bringIn(input) {
  const [file] = input.files;
  if (file) await act(() => upload("/journal/import", file), t("journal.imported"));
  input.value = "";
}

function extraKinds() {
  return new Set(state.rows.slice(-500).map((row) => row.kind));
}

export function Journal({ rest }) {
  useStore();
  const [count, redraw] = useState(0);
  const [asked, setAsked] = useState(null);
  const question = rest.join("/");
  if (question !== asked) {
    setAsked(question);
    if (rest[0] === "q") filters.words = decodeURIComponent(rest.slice(1).join("/"));
  }
  const selected = rest[0] && rest[0] !== "q" ? Number(rest[0]) : null;
  const open = (seq) => {
    location.hash = `journal/${seq}`;
  };
  const rows = useMemo(() => chosen(state.rows, filters), [state.version, count, question]);
  return html`<div class="journal-side">
      <div class="bar">
        <h2>${t("nav.journal")}</h2>
        <span class="hint" role="status">
          ${t("journal.count", { shown: rows.length, all: state.rows.length })}
          ${state.dropped > 0 ? ` ${t("journal.dropped", { count: state.dropped })}` : ""}
        </span>
        <label class="button quiet">${t("journal.import")}
          <input type="file" class="visually-hidden" accept=".jsonl,.json,.txt"
            onChange=${(event) => bringIn(event.target)} /></label>
        <${Action} class="quiet" run=${() => download("/export/journal.jsonl", "journal.jsonl")}>
          ${t("journal.export")}
        <//>
      </div>
      <${Filters} change=${() => redraw((each) => each + 1)} />
      ${rows.length === 0
        ? html`<${Empty} title=${t("journal.none")}>${t("journal.none.hint")}<//>`
        : html`<${VirtualList} rows=${rows} height=${HEIGHT} keyOf=${seqOf} selected=${selected}
            onSelect=${open} label=${t("nav.journal")} Row=${Row} />`}
    </div>
    ${selected !== null && html`<${Detail} seq=${selected} open=${open}
      close=${() => {
        location.hash = "journal";
      }} />`}`;
}

// Beside the phones where there is room: the newest rows, a press opens the detail.
export function JournalDock() {
  useStore();
  const [selected, select] = useState(null);
  const rows = useMemo(() => [...state.rows].reverse(), [state.version]);
  return html`<section class="dock" aria-label=${t("dock")}>
    <div class="bar"><h2>${t("dock")}</h2><a href="#journal">${t("dock.all")}</a></div>
    ${rows.length === 0
      ? html`<${Empty} title=${t("journal.none")}>${t("journal.none.hint")}<//>`
      : html`<${VirtualList} rows=${rows} height=${HEIGHT} keyOf=${seqOf} selected=${selected}
          onSelect=${select} onOpen=${(seq) => {
            location.hash = `journal/${seq}`;
          }} label=${t("dock")} Row=${Row} />`}
  </section>`;
}
