// Faults as switches. What there is comes from the server's registry: a fault that
// is added there shows up here with its params.
import { html, useState } from "./dom.js";
import { act, path, post, remove } from "./api.js";
import { dateTime, phone } from "./format.js";
import { has, t, word } from "./i18n.js";
import { state, useStore } from "./store.js";
import { Action, Badge, Empty, Field, Switch } from "./ui.js";

const MATCH = ["number", "to", "type", "path"];
const WHEN = ["times", "nth", "every", "probability", "from", "until"];
const TYPES = ["text", "template", "image", "audio", "video", "document", "sticker",
  "location", "contacts", "interactive", "reaction"];

// What a person typed, as the param's default suggests: number, yes or no, words.
function typed(value, start) {
  if (value === "" || value === undefined) return undefined;
  if (typeof start === "boolean") return value === true || value === "true";
  if (typeof start === "string") return value;
  return Number.isNaN(Number(value)) ? value : Number(value);
}

function filled(fields, starts) {
  const entries = Object.entries(fields).map(([key, value]) => [key, typed(value, starts[key])]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

export function scopeWords(rule) {
  const says = { to: phone, type: (value) => word("type", value), from: dateTime, until: dateTime };
  const parts = Object.entries({ ...rule.match, ...rule.when }).map(
    ([key, value]) => `${word("scope", key)}: ${says[key] ? says[key](value) : value}`,
  );
  if (rule.phase === "after") parts.push(t("phase.after"));
  return parts.join(" \u00b7 ") || t("scope.all");
}

function Rule({ rule }) {
  const params = Object.entries(rule.params).filter(([, value]) => value !== null && value !== "");
  return html`<li class="rule">
    <div>
      <span>${scopeWords(rule)}</span>
      <span class="hint mono">${params.map(([key, value]) => `${key}=${value}`).join(" ")}</span>
      <span class="hint">${t("faults.struck", { fired: rule.fired, seen: rule.seen })}</span>
    </div>
    <${Action} class="small" run=${() => remove(`/faults/${path(rule.id)}`)}
      aria-label=${t("faults.off.one", { id: rule.id })} done=${t("faults.turned.off")}>
      ${t("faults.off")}
    <//>
  </li>`;
}

function Select({ label, value, options, names, onChange }) {
  return html`<${Field} label=${label}>
    <select value=${value ?? ""} onChange=${(event) => onChange(event.target.value)}>
      ${options.map((each) => html`<option value=${each} selected=${each === (value ?? "")}>
        ${each === "" ? t("any") : names(each)}</option>`)}
    </select>
  <//>`;
}

function Param({ name, start, choices, value, onChange }) {
  if (choices) {
    return html`<${Select} label=${name} value=${value ?? start} options=${choices}
      names=${(each) => word("choice", each)} onChange=${onChange} />`;
  }
  const numeric = typeof start === "number";
  const hint = start === null || start === "" ? t("optional") : t("default", { value: start });
  return html`<${Field} label=${name} hint=${hint}>
    <input type=${numeric ? "number" : "text"} step="any" value=${value ?? ""}
      placeholder=${start === null ? "" : String(start)}
      onInput=${(event) => onChange(event.target.value)} />
  <//>`;
}

function Scope({ about, form, set }) {
  const numbers = state.world.numbers;
  const people = [...state.customers.keys()].slice(0, 200);
  const ask = (part, key) => (value) => set(part, key, value);
  const { match, when } = form;
  return html`<fieldset>
      <legend>${t("faults.scope")}</legend>
      <div class="grid">
        <${Select} label=${word("scope", "number")} value=${match.number}
          options=${["", ...numbers.map((each) => each.id)]}
          names=${(id) => phone(numbers.find((each) => each.id === id).display)}
          onChange=${ask("match", "number")} />
        <${Field} label=${word("scope", "to")} hint=${t("faults.to.hint")}>
          <input type="text" inputmode="numeric" list="fault-people" value=${match.to ?? ""}
            onInput=${(event) => set("match", "to", event.target.value)} />
          <datalist id="fault-people">${people.map((key) => html`<option value=${key} />`)}</datalist>
        <//>
        <${Select} label=${word("scope", "type")} value=${match.type} options=${["", ...TYPES]}
          names=${(each) => word("type", each)} onChange=${ask("match", "type")} />
        <${Field} label=${word("scope", "path")} hint=${t("faults.path.hint")}>
          <input type="text" class="mono" value=${match.path ?? ""}
            onInput=${(event) => set("match", "path", event.target.value)} />
        <//>
        ${about.directions.length > 1 && html`<${Select} label=${word("scope", "direction")}
          value=${match.direction} options=${["", ...about.directions]}
          names=${(each) => word("direction", each)} onChange=${ask("match", "direction")} />`}
        ${about.phases.length > 1 && html`<${Select} label=${word("scope", "phase")}
          value=${form.phase || about.phases[0]} options=${about.phases}
          names=${(each) => t(`phase.${each}`)} onChange=${(value) => set("phase", null, value)} />`}
      </div>
    </fieldset>
    <fieldset>
      <legend>${t("faults.when")}</legend>
      <div class="grid">
        ${WHEN.map((key) => html`<${Field} key=${key} label=${word("scope", key)} hint=${t(`hint.${key}`)}>
          <input type="number" step="any" min="0" value=${when[key] ?? ""}
            onInput=${(event) => set("when", key, event.target.value)} />
        <//>`)}
      </div>
    </fieldset>`;
}

const EMPTY = { params: {}, match: {}, when: {}, phase: "" };

// "from" and "until" are asked for as seconds from now: nobody types an epoch.
function bodyOf(name, form, starts) {
  const when = filled(form.when, {});
  const now = state.clock.frozen ? state.clock.now : Date.now() / 1000;
  for (const key of ["from", "until"]) if (key in when) when[key] += now;
  return {
    name,
    params: filled(form.params, starts),
    match: filled(form.match, Object.fromEntries([...MATCH, "direction"].map((key) => [key, ""]))),
    when,
    ...(form.phase ? { phase: form.phase } : {}),
  };
}

function Card({ name, starts, about, rules }) {
  const [form, setForm] = useState(EMPTY);
  const [open, setOpen] = useState(false);
  const set = (part, key, value) =>
    setForm((old) => ({ ...old, [part]: key === null ? value : { ...old[part], [key]: value } }));
  const title = word("fault", name);
  const on = rules.length > 0;
  const turnOn = () => act(() => post("/faults", bodyOf(name, form, starts)), t("faults.turned.on", { title }));
  const turn = (next) =>
    next ? turnOn() : act(() => remove(`/faults?name=${path(name)}`), t("faults.turned.off"));
  return html`<li class="fault ${on ? "on" : ""}" data-fault=${name}>
    <div class="fault-head">
      <div>
        <h3>${title} ${about.directions.includes("webhook") && html`<${Badge}>webhook<//>`}</h3>
        <p class="hint">${has(`fault.about.${name}`) ? t(`fault.about.${name}`) : about.doc}</p>
      </div>
      <${Switch} on=${on} label=${title} onChange=${turn} />
    </div>
    ${on && html`<ul class="rules">${rules.map((rule) => html`<${Rule} key=${rule.id} rule=${rule} />`)}</ul>`}
    <button type="button" class="quiet small" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      ${t("faults.options")}<span class="visually-hidden">: ${title}</span>
    </button>
    ${open && html`<form onSubmit=${(event) => {
        event.preventDefault();
        turnOn();
      }} aria-label=${t("faults.options.of", { title })}>
      ${Object.keys(starts).length > 0 && html`<fieldset>
        <legend>${t("faults.params")}</legend>
        <div class="grid">
          ${Object.entries(starts).map(([key, start]) => html`<${Param} key=${key} name=${key}
            start=${start} choices=${about.choices?.[key]} value=${form.params[key]}
            onChange=${(value) => set("params", key, value)} />`)}
        </div>
      </fieldset>`}
      <${Scope} about=${about} form=${form} set=${set} />
      <div class="row end">
        <button type="button" onClick=${() => setForm(EMPTY)}>${t("clear")}</button>
        <button type="submit" class="primary">${t(on ? "faults.add" : "faults.turn.on")}</button>
      </div>
    </form>`}
  </li>`;
}

export function Faults() {
  useStore();
  const { faults, known, about } = state.faults;
  const names = Object.keys(known);
  const limits = Object.entries(state.world.settings).filter(
    ([key, value]) => value === true && ["enforce_window", "throughput_limit", "pair_limit"].includes(key),
  );
  return html`<div class="page">
    <div class="bar">
      <h2>${t("nav.faults")}</h2>
      <span class="hint" role="status">${t("faults.active", { count: faults.length })}</span>
      ${faults.length > 0 && html`<${Action} class="quiet" run=${() => remove("/faults")}
        done=${t("faults.turned.off")}>${t("faults.all.off")}<//>`}
    </div>
    <p class="lead">${t("faults.lead")}
      ${limits.length > 0 ? ` ${t("faults.limits", { names: limits.map(([key]) => word("setting", key)).join(", ") })}` : ""}</p>
    ${names.length === 0
      ? html`<${Empty} title=${t("faults.none")}><//>`
      : html`<ul class="fault-list">
          ${names.map((name) => html`<${Card} key=${name} name=${name} starts=${known[name]}
            about=${about[name]} rules=${faults.filter((rule) => rule.name === name)} />`)}
        </ul>`}
  </div>`;
}
