// One entry of the journal: request, answer, webhook, attempts, what can be done.
import { html, useEffect, useState } from "./dom.js";
import { get, path, post } from "./api.js";
import { curlOf, curlOfWebhook } from "./curl.js";
import { dateTime, moment, pretty } from "./format.js";
import { lang, t, word } from "./i18n.js";
import { failed, says } from "./rows.js";
import { state } from "./store.js";
import { Action, Badge, Icon, toClipboard } from "./ui.js";

const HEAD = ["seq", "kind", "webhook", "wamid", "number", "url", "host", "listener", "error", "lost", "reason"];
const PARTS = ["query", "headers", "request", "answer"];

function Block({ title, value }) {
  if (value === null || value === undefined || value === "") return null;
  const text = pretty(value);
  if (text === "{}") return null;
  return html`<details class="block" open>
    <summary>${title}</summary>
    <pre tabindex="0" aria-label=${title}>${text}</pre>
  </details>`;
}

function shown(entry, key) {
  if (key === "kind") return word("kind", entry.kind);
  if (key === "reason" && entry.cause) return word("cause", entry.cause);
  return String(entry[key]);
}

// code -> {en, es}: what Meta would dislike; loaded once.
let adviceTexts = null;

function Advice({ codes }) {
  const [texts, setTexts] = useState(adviceTexts);
  useEffect(() => {
    if (!texts) get("/advice").then((found) => setTexts((adviceTexts = found)));
  }, []);
  return html`<dt>${t("fact.advice")}</dt>
    <dd>${codes.map((code) => texts?.[code]?.[lang()] ?? code).join("; ")}</dd>`;
}

function Facts({ entry }) {
  const facts = HEAD.filter((key) => ![undefined, null, ""].includes(entry[key]));
  return html`<dl class="facts">
    ${facts.map(
      (key) => html`<dt>${word("fact", key)}</dt>
        <dd class="mono">${shown(entry, key)}</dd>`,
    )}
    ${entry.advice?.length > 0 && html`<${Advice} codes=${entry.advice} />`}
    ${entry.faults?.length > 0 && html`<dt>${t("fact.faults")}</dt><dd class="mono">${entry.faults.join(", ")}</dd>`}
  </dl>`;
}

function Attempts({ delivery }) {
  return html`<h4>${t("detail.attempts", { count: delivery.attempts.length })}</h4>
    <ol class="attempts">
      ${delivery.attempts.map(
        (each) => html`<li>
          <time class="mono">${moment(each.at)}</time>
          <${Badge} level=${each.status === 200 ? "good" : "error"}>${each.status ?? t("row.no.answer")}<//>
          <span>${each.duration_ms} ms</span>
          ${(each.error || each.answer) && html`<span class="said">${each.error || each.answer}</span>`}
        </li>`,
      )}
    </ol>
    <p class="hint">${t("detail.state")}: ${word("state", delivery.state)}
      ${delivery.due ? ` \u00b7 ${t("detail.due", { when: dateTime(delivery.due) })}` : ""}</p>`;
}

function Related({ entry, open }) {
  if (!entry.wamid) return null;
  const others = state.rows.filter((row) => row.wamid === entry.wamid && row.seq !== entry.seq);
  if (!others.length) return null;
  return html`<h4>${t("detail.related")}</h4>
    <ul class="related">
      ${others.slice(0, 12).map(
        (row) => html`<li><button type="button" class="link" onClick=${() => open(row.seq)}>
          ${moment(row.at)} ${word("kind", row.kind)} ${says(row)}
        </button> <${Badge} level=${failed(row) ? "error" : "good"}>${row.status ?? ""}<//></li>`,
      )}
    </ul>`;
}

function useEntry(seq) {
  const [found, setFound] = useState({ seq: null });
  const row = state.rows.findLast((each) => each.seq === seq);
  const attempts = state.rows.filter((each) => row?.webhook && each.webhook === row.webhook).length;
  useEffect(() => {
    let gone = false;
    const load = async () => {
      const page = await get(`/journal?since=${seq - 1}&limit=1`);
      const entry = page.entries.find((each) => each.seq === seq) ?? null;
      let delivery = null;
      if (entry?.webhook) {
        delivery = await get(`/webhooks/${path(entry.webhook)}`).catch(() => null);
      }
      if (!gone) setFound({ seq, entry, delivery });
    };
    load().catch((error) => !gone && setFound({ seq, entry: null, error: error.message }));
    return () => {
      gone = true;
    };
  }, [seq, attempts]);
  return found.seq === seq ? found : { loading: true };
}

export function Detail({ seq, close, open }) {
  const { loading, entry, delivery } = useEntry(seq);
  const head = html`<header class="detail-head">
    <h3>${t("detail.title", { seq })}</h3>
    <button type="button" class="plain" aria-label=${t("close")} onClick=${close}>
      <${Icon} name="close" />
    </button>
  </header>`;
  if (loading) return html`<aside class="detail" aria-busy="true">${head}</aside>`;
  if (!entry) {
    return html`<aside class="detail">${head}<p class="hint">${t("detail.gone")}</p></aside>`;
  }
  const base = location.origin;
  return html`<aside class="detail" aria-label=${t("detail.title", { seq })}>
    ${head}
    <p class="detail-says">${says(state.rows.findLast((row) => row.seq === seq) ?? entry)}
      <${Badge} level=${failed(entry) ? "error" : "good"}>${entry.status ?? "\u2014"}<//></p>
    <div class="row">
      ${entry.kind === "api" && html`<${Action} run=${() => toClipboard(curlOf(entry, base))}
        done=${t("detail.curl.done")}>${t("detail.curl")}<//>`}
      ${delivery && html`<${Action} run=${() => toClipboard(curlOfWebhook(delivery))}
        done=${t("copied")}>${t("detail.curl")}<//>
        <${Action} class="primary" run=${() => post(`/webhooks/${path(delivery.id)}/redeliver`)}
          done=${t("detail.redelivered")}>${t("detail.redeliver")}<//>`}
    </div>
    <${Facts} entry=${entry} />
    ${delivery && html`<${Attempts} delivery=${delivery} />`}
    ${PARTS.filter((part) => part !== "headers" || !delivery).map(
      (part) => html`<${Block} key=${part} title=${t(`part.${part}`)} value=${entry[part]} />`,
    )}
    <${Block} title=${t("part.body")} value=${entry.body} />
    ${delivery && html`<${Block} title=${t("part.headers")} value=${delivery.headers} />`}
    <${Related} entry=${entry} open=${open} />
  </aside>`;
}
