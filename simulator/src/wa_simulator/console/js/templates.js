// Templates of all accounts: review by hand, and new ones.
import { html, useState } from "./dom.js";
import { act, path, post } from "./api.js";
import { t, word } from "./i18n.js";
import { Action, Badge, Field } from "./ui.js";

const VERDICTS = { APPROVED: "good", PENDING: "info", REJECTED: "error", PAUSED: "warning", DISABLED: "error" };
const CATEGORIES = ["UTILITY", "MARKETING", "AUTHENTICATION"];

function bodyText(template) {
  return template.components.find((each) => each.type?.toUpperCase() === "BODY")?.text ?? "";
}

function judge(template, status) {
  return post(`/templates/${path(template.id)}/review`, { event: status });
}

function Line({ template }) {
  const others = Object.keys(VERDICTS).filter((each) => each !== template.status && each !== "PENDING");
  return html`<li class="template" data-template=${template.name}>
    <div>
      <strong>${template.name}</strong> <span class="hint">${template.language} ${"\u00b7"} ${template.category}</span>
      <${Badge} level=${VERDICTS[template.status] ?? ""}>${word("verdict", template.status)}<//>
      <p class="hint clip">${bodyText(template)}</p>
    </div>
    <div class="row tight" role="group" aria-label=${t("templates.judge", { name: template.name })}>
      ${others.map((status) => html`<${Action} key=${status} class="small" run=${() => judge(template, status)}>
        ${word("judge", status)}<//>`)}
    </div>
  </li>`;
}

const EMPTY = { name: "", language: "es", category: "UTILITY", body: "", footer: "", buttons: "", status: "PENDING" };

function componentsOf({ body, footer, buttons }) {
  const holes = (body.match(/\{\{\d+\}\}/g) ?? []).length;
  const example = Array.from({ length: holes }, (_, index) => `ejemplo ${index + 1}`);
  const replies = buttons.split(",").map((each) => each.trim()).filter(Boolean);
  return [
    { type: "BODY", text: body, ...(holes ? { example: { body_text: [example] } } : {}) },
    ...(footer ? [{ type: "FOOTER", text: footer }] : []),
    ...(replies.length
      ? [{ type: "BUTTONS", buttons: replies.map((text) => ({ type: "QUICK_REPLY", text })) }]
      : []),
  ];
}

function NewTemplate({ world }) {
  const [form, setForm] = useState({ ...EMPTY, waba_id: world.waba_id });
  const set = (key) => (event) => setForm((old) => ({ ...old, [key]: event.target.value }));
  const submit = async (event) => {
    event.preventDefault();
    const { waba_id, name, language, category, status } = form;
    const body = { waba_id, name, language, category, status, components: componentsOf(form) };
    if (await act(() => post("/world/templates", body), t("templates.added"))) setForm({ ...EMPTY, waba_id });
  };
  const select = (key, options, prefix) => html`<${Field} label=${t(`templates.${key}`)}>
    <select value=${form[key]} onChange=${set(key)}>
      ${options.map((each) => html`<option value=${each} selected=${each === form[key]}>${prefix ? word(prefix, each) : each}</option>`)}
    </select>
  <//>`;
  return html`<details class="more-form">
    <summary>${t("templates.add")}</summary>
    <form class="grid-form" onSubmit=${submit} aria-label=${t("templates.add")}>
      <${Field} label=${t("templates.name")} hint="a-z 0-9 _">
        <input type="text" required pattern="[a-z0-9_]+" value=${form.name} onInput=${set("name")} />
      <//>
      <${Field} label=${t("templates.language")}>
        <input type="text" required value=${form.language} onInput=${set("language")} />
      <//>
      ${select("category", CATEGORIES)}
      ${select("status", Object.keys(VERDICTS), "verdict")}
      ${Object.keys(world.wabas).length > 1 && select("waba_id", Object.keys(world.wabas))}
      <${Field} label=${t("templates.body")} hint=${t("templates.body.hint")} class="wide">
        <textarea rows="3" required value=${form.body} onInput=${set("body")}></textarea>
      <//>
      <${Field} label=${t("templates.footer")}>
        <input type="text" value=${form.footer} onInput=${set("footer")} />
      <//>
      <${Field} label=${t("templates.buttons")} hint=${t("templates.buttons.hint")}>
        <input type="text" value=${form.buttons} onInput=${set("buttons")} />
      <//>
      <button type="submit" class="primary">${t("add")}</button>
    </form>
  </details>`;
}

export function Templates({ world }) {
  return html`<ul class="lines templates">
      ${world.templates.map((each) => html`<${Line} key=${each.id} template=${each} />`)}
    </ul>
    <${NewTemplate} world=${world} />`;
}
