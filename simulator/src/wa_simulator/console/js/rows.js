// How an entry of the journal reads as one line, and how good it is.
import { html } from "./dom.js";
import { moment, phone } from "./format.js";
import { t, word } from "./i18n.js";
import { state } from "./store.js";
import { Badge } from "./ui.js";

export function failed(row) {
  if (row.kind === "refused" || row.kind === "silent") return true;
  if (row.kind === "handshake") return !row.ok;
  if (row.error || row.lost) return true;
  return row.kind === "webhook" ? row.status !== 200 : row.status >= 400;
}

function outcome(row) {
  if (row.lost) return row.lost;
  if (row.kind === "handshake") return t(row.ok ? "row.ok" : "row.failed");
  if (row.kind === "silent") return t("row.nobody");
  if (row.kind === "webhook" && row.status === null) return t("row.no.answer");
  return row.status ?? "";
}

// Who it is about: the name where there is one.
function person(row) {
  const key = row.to ? String(row.to).replace("+", "") : state.messages.get(row.wamid ?? row.reads)?.customer;
  return key && (state.customers.get(key)?.name || phone(key));
}

function shortPath(row) {
  return (row.path ?? "").replace(/^\/v\d+\.\d+\//, "/").replace(/\/1\d{14}\//, "/\u2026/");
}

const SAYS = {
  api: (row) => [
    row.message_type && word("type", row.message_type),
    row.reads && t(row.typing ? "row.types" : "row.reads"),
    person(row),
    `${row.method} ${shortPath(row)}`,
  ],
  webhook: (row) => [
    row.what === "status" ? word("status", row.message_status) : word("what", row.what ?? "raw"),
    person(row),
    row.attempt > 1 && t("row.attempt", { count: row.attempt }),
    row.url,
  ],
  handshake: (row) => [row.scope, row.url],
  refused: (row) => [row.method, row.host, row.path],
  silent: (row) => [row.status ? word("status", row.status) : t("what.message"), word("cause", row.cause)],
};

export function says(row) {
  const parts = SAYS[row.kind] ? SAYS[row.kind](row) : [row.path, row.url, row.reason, row.note];
  return parts.filter(Boolean).join("  \u00b7  ");
}

// All that a filter's words are looked for in.
export function haystack(row) {
  return [row.kind, says(row), row.path, row.to, row.wamid, row.webhook, row.number, row.status, row.error, row.reads]
    .filter((each) => each !== undefined && each !== null)
    .join(" ")
    .toLowerCase();
}

export function Row({ row }) {
  const bad = failed(row);
  return html`<span class="row-time mono">${moment(row.at).slice(0, -4)}<span class="ms">${moment(row.at).slice(-4)}</span></span>
    <span class="row-kind kind-${row.kind}">${word("kind", row.kind)}</span>
    <span class="row-says">${says(row)}</span>
    ${row.faults?.length > 0 && html`<${Badge} level="warning">${t("row.fault")}<//>`}
    <span class="row-status ${bad ? "bad" : "fine"}">${outcome(row)}</span>
    <span class="row-ms mono">${row.duration_ms === undefined ? "" : `${row.duration_ms} ms`}</span>`;
}
