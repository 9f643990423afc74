// The world: credentials, subscriptions, numbers, templates, switches, reset.
import { html, useEffect, useState } from "./dom.js";
import { act, call, graph, post, remove } from "./api.js";
import { phone } from "./format.js";
import { t, word } from "./i18n.js";
import { state, useStore } from "./store.js";
import { Templates } from "./templates.js";
import { Action, Badge, CopyButton, Field, Icon, Switch, toClipboard } from "./ui.js";

const SECRETS = ["url", "phone_number_id", "waba_id", "token", "app_secret", "verify_token", "app_id"];

function Part({ id, title, children }) {
  return html`<section class="part" id=${id} aria-labelledby="${id}-title">
    <h3 id="${id}-title" tabindex="-1">${title}</h3>
    ${children}
  </section>`;
}

function Credentials({ world }) {
  const known = SECRETS.filter((key) => world[key]);
  const all = known.map((key) => `${key}=${world[key]}`).join("\n");
  return html`<${Part} id="credentials" title=${t("world.credentials")}>
    <p class="hint">${t("world.credentials.hint")}</p>
    <dl class="facts copyable">
      ${known.map((key) => html`<dt>${word("credential", key)}</dt>
        <dd><code>${world[key]}</code>
          <${CopyButton} text=${String(world[key])} label=${t("copy.what", { what: word("credential", key) })} /></dd>`)}
    </dl>
    <${Action} run=${() => toClipboard(all)} done=${t("copied")}><${Icon} name="copy" />${t("copy.all")}<//>
  <//>`;
}

function scopes(world) {
  return {
    app: [[world.app_id, world.app_id]],
    waba: Object.entries(world.wabas).map(([id, name]) => [id, `${typeof name === "string" ? name : ""} ${id}`.trim()]),
    number: world.numbers.map((each) => [each.id, `${phone(each.display)} (${each.id})`]),
  };
}

function Subscribe({ world }) {
  const [form, setForm] = useState({ scope: "app", id: "", callback_url: "", verify_token: "" });
  const set = (key) => (event) =>
    setForm((old) => ({ ...old, [key]: event.target.value, ...(key === "scope" ? { id: "" } : {}) }));
  const submit = (event) => {
    event.preventDefault();
    const filled = Object.entries(form).filter(([, value]) => value !== "");
    return act(() => post("/webhooks/subscription", Object.fromEntries(filled)), t("world.subscribed"));
  };
  const ids = scopes(world)[form.scope];
  return html`<form class="grid-form" onSubmit=${submit} aria-label=${t("world.subscribe")}>
    <${Field} label=${t("world.callback")} class="wide">
      <input type="url" required placeholder="http://127.0.0.1:8069/..." value=${form.callback_url}
        onInput=${set("callback_url")} />
    <//>
    <${Field} label=${t("world.verify")}>
      <input type="text" placeholder=${world.verify_token} value=${form.verify_token} onInput=${set("verify_token")} />
    <//>
    <${Field} label=${t("world.scope")}>
      <select value=${form.scope} onChange=${set("scope")}>
        ${["app", "waba", "number"].map((each) => html`<option value=${each}>${t(`world.scope.${each}`)}</option>`)}
      </select>
    <//>
    ${ids.length > 1 && html`<${Field} label=${t("world.which")}>
      <select value=${form.id} onChange=${set("id")}>
        ${ids.map(([id, name]) => html`<option value=${id}>${name}</option>`)}
      </select>
    <//>`}
    <button type="submit" class="primary">${t("world.subscribe")}</button>
  </form>`;
}

function Subscriptions({ world }) {
  return html`<${Part} id="subscription" title=${t("world.subscriptions")}>
    <p class="hint">${t("world.subscriptions.hint")}</p>
    ${world.subscriptions.length === 0 && html`<p><${Badge} level="warning">${t("world.nobody")}<//></p>`}
    <ul class="lines">
      ${world.subscriptions.map((each) => html`<li>
        <span><${Badge}>${t(`world.scope.${each.scope}`)}<//> <code>${each.callback_url}</code>
          <span class="hint mono">${each.id}</span>
          ${each.disabled && html` <${Badge} level="error">${t("world.disabled")}<//>
            <${Action} class="small" run=${() => post("/webhooks/subscription/enable", { scope: each.scope, id: each.id })}
              done=${t("world.changed")}>${t("world.enable")}<//>`}</span>
        <${Action} class="small" run=${() => remove(`/webhooks/subscription?scope=${each.scope}&id=${each.id}`)}
          aria-label=${t("world.unsubscribe.what", { what: each.callback_url })}>${t("world.unsubscribe")}<//>
      </li>`)}
    </ul>
    <${Subscribe} world=${world} />
  <//>`;
}

function Account({ world, id }) {
  const on = world.subscribed_wabas.includes(id);
  const change = (next) =>
    act(() => graph(next ? "POST" : "DELETE", `${id}/subscribed_apps`, world.token));
  const name = world.wabas[id];
  const numbers = world.numbers.filter((each) => each.waba_id === id);
  return html`<li class="account">
    <div class="fault-head">
      <div><strong>${typeof name === "string" ? name : name?.name ?? id}</strong> <span class="hint mono">WABA ${id}</span></div>
      <label class="with-switch"><span>${t("world.waba.subscribed")}</span>
        <${Switch} on=${on} label=${t("world.waba.subscribed.of", { id })} onChange=${change} /></label>
    </div>
    <ul class="lines">
      ${numbers.map((each) => html`<li><span>${phone(each.display)} ${"\u00b7"} ${each.verified_name}
        <span class="hint mono">${each.id}</span></span>
        ${each.status && html`<${Badge}>${String(each.status)}<//>`}</li>`)}
    </ul>
  </li>`;
}

function freshNumber(world) {
  const count = world.numbers.length + 1;
  const tail = String(count).padStart(3, "0");
  return {
    id: `100000000000${tail}`,
    waba_id: world.waba_id,
    display: `57300000${String(count).padStart(4, "0")}`,
    verified_name: "Negocio Simulado",
  };
}

function NewNumber({ world }) {
  const [form, setForm] = useState(() => freshNumber(world));
  useEffect(() => setForm(freshNumber(world)), [world.numbers.length]);
  const submit = (event) => {
    event.preventDefault();
    return act(() => post("/world/numbers", form), t("world.number.added"));
  };
  return html`<details class="more-form">
    <summary>${t("world.number.add")}</summary>
    <form class="grid-form" onSubmit=${submit} aria-label=${t("world.number.add")}>
      ${["display", "verified_name", "id", "waba_id"].map((key) => html`<${Field} key=${key} label=${word("number", key)}>
        <input type="text" required value=${form[key]}
          onInput=${(event) => setForm((old) => ({ ...old, [key]: event.target.value }))} />
      <//>`)}
      <button type="submit" class="primary">${t("add")}</button>
    </form>
  </details>`;
}

function Setting({ name, value, choices }) {
  const title = word("setting", name);
  const change = (next) => act(() => call("PATCH", "/world", { settings: { [name]: next } }), t("world.changed"));
  if (typeof value === "boolean") {
    return html`<li><span>${title} <span class="hint mono">${name}</span></span>
      <${Switch} on=${value} label=${title} onChange=${change} /></li>`;
  }
  if (choices) {
    return html`<li><span>${title} <span class="hint mono">${name}</span></span>
      <select aria-label=${title} onChange=${(event) => change(choices[event.target.selectedIndex])}>
        ${choices.map((each) => html`<option selected=${each === value}>${String(each)}</option>`)}
      </select></li>`;
  }
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  const read = (text) => change(typeof value === "string" ? text : JSON.parse(text));
  return html`<li><span>${title} <span class="hint mono">${name}</span></span>
    <input type="text" class="mono setting" aria-label=${title} value=${shown}
      onChange=${(event) => act(async () => read(event.target.value))} /></li>`;
}

function Reset() {
  return html`<${Part} id="reset" title=${t("world.reset")}>
    <p class="hint">${t("world.reset.hint")}</p>
    <div class="row">
      <${Action} class="danger" run=${() => post("/reset")} done=${t("world.reset.done")}>${t("world.reset.traffic")}<//>
      <${Action} class="danger" run=${() => post("/reset", { everything: true })}
        done=${t("world.reset.done")}>${t("world.reset.everything")}<//>
    </div>
  <//>`;
}

export function World({ rest }) {
  useStore();
  const world = state.world;
  useEffect(() => {
    const part = rest[0] && document.getElementById(rest[0]);
    if (part) {
      part.scrollIntoView({ block: "start" });
      (part.querySelector("input") ?? part.querySelector("h3")).focus({ preventScroll: true });
    }
  }, [rest.join("/")]);
  return html`<div class="page">
    <div class="bar"><h2>${t("nav.world")}</h2></div>
    <div class="parts">
      <${Credentials} world=${world} />
      <${Subscriptions} world=${world} />
      <${Part} id="numbers" title=${t("world.numbers")}>
        <ul class="accounts">${Object.keys(world.wabas).map((id) => html`<${Account} key=${id} id=${id} world=${world} />`)}</ul>
        <${NewNumber} world=${world} />
      <//>
      <${Part} id="templates" title=${t("world.templates")}><${Templates} world=${world} /><//>
      <${Part} id="settings" title=${t("world.settings")}>
        <p class="hint">${t("world.settings.hint")}</p>
        <ul class="lines settings">
          ${Object.entries(world.settings).map(([name, value]) => html`<${Setting} key=${name} name=${name} value=${value}
            choices=${world.setting_choices?.[name]} />`)}
        </ul>
      <//>
      <${Reset} />
    </div>
  </div>`;
}
