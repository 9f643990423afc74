// "Why did nothing arrive?": the server's findings, each with what to do about it.
import { html, useEffect, useRef, useState } from "./dom.js";
import { get, path, post, remove } from "./api.js";
import { lang, t } from "./i18n.js";
import { note } from "./notes.js";
import { state, useStore } from "./store.js";
import { Action, Badge } from "./ui.js";

const CALM = 400;

const DOINGS = {
  go: { label: ({ to }) => t(`diagnosis.go.${to}`), href: ({ to }) => (to === "subscription" ? "#world/subscription" : `#${to}`) },
  journal: { label: () => t("diagnosis.journal"), href: ({ seq }) => `#journal/${seq}` },
  flush: { label: () => t("diagnosis.flush"), run: () => post("/webhooks/flush") },
  redeliver: { label: () => t("detail.redeliver"), run: ({ id }) => post(`/webhooks/${path(id)}/redeliver`) },
  fault_off: { label: () => t("diagnosis.fault.off"), run: ({ id }) => remove(`/faults/${path(id)}`) },
};

function Doing({ action }) {
  const known = action && DOINGS[action.kind];
  if (!known) return null;
  if (known.href) return html`<a class="button" href=${known.href(action)}>${known.label(action)}</a>`;
  return html`<${Action} run=${() => known.run(action)} done=${t("done")}>${known.label(action)}<//>`;
}

function Finding({ finding }) {
  return html`<li class="finding ${finding.level}" data-code=${finding.code}>
    <p><${Badge} level=${finding.level}>${t(`level.${finding.level}`)}<//> <strong>${finding.what}</strong></p>
    <p>${finding.do}</p>
    <${Doing} action=${finding.action} />
  </li>`;
}

export function Diagnosis() {
  useStore();
  const [found, setFound] = useState(null);
  const language = lang();
  const timer = useRef(null);
  useEffect(() => {
    const load = () => {
      timer.current = null;
      get(`/diagnosis?lang=${language}`)
        .then((answer) => setFound(answer.findings))
        .catch((error) => note(error.message, "error"));
    };
    // A plan that exists is not put off: under steady traffic it would never come.
    timer.current ??= setTimeout(load, found ? CALM : 0);
  }, [state.version, language]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return html`<div class="page">
    <div class="bar"><h2>${t("diagnosis.title")}</h2></div>
    <p class="lead">${t("diagnosis.lead")}</p>
    <ol class="findings" aria-live="polite" aria-busy=${found === null}>
      ${(found ?? []).map((each, place) => html`<${Finding} key=${each.code + place} finding=${each} />`)}
    </ol>
  </div>`;
}
