// What a person does by nature: blocked, not on WhatsApp, reads late, answers by script.
import { html, useState } from "./dom.js";
import { act } from "./api.js";
import { t } from "./i18n.js";
import { Field, Switch } from "./ui.js";

const SWITCHES = ["blocks", "on_whatsapp", "hides_phone", "marketing", "silent"];

function Words({ customer, change }) {
  const [form, setForm] = useState({
    name: customer.name ?? "",
    read_after: customer.read_after ?? "",
    script: customer.script?.length ? JSON.stringify(customer.script, null, 1) : "",
  });
  const set = (key) => (event) => setForm((old) => ({ ...old, [key]: event.target.value }));
  const save = (event) => {
    event.preventDefault();
    return act(
      () =>
        change({
          name: form.name,
          read_after: form.read_after === "" ? null : Number(form.read_after),
          script: form.script.trim() ? JSON.parse(form.script) : [],
        }),
      t("saved"),
    );
  };
  return html`<form class="compose-form" onSubmit=${save}>
    <${Field} label=${t("habit.name")}>
      <input type="text" value=${form.name} onInput=${set("name")} />
    <//>
    <${Field} label=${t("habit.read_after")}>
      <input type="number" min="0" step="any" value=${form.read_after} onInput=${set("read_after")} />
    <//>
    <${Field} label=${t("habit.script")} hint=${t("habit.script.hint")}>
      <textarea class="mono" rows="3" spellcheck="false" value=${form.script} onInput=${set("script")}></textarea>
    <//>
    <div class="row end"><button type="submit" class="small primary">${t("save")}</button></div>
  </form>`;
}

export function Habits({ customer, change }) {
  const [open, setOpen] = useState(false);
  const known = SWITCHES.filter((key) => key in customer);
  return html`<details class="habits" open=${open} onToggle=${(event) => setOpen(event.target.open)}>
    <summary>${t("phone.habits")}</summary>
    ${open && html`<div class="habit-box">
      ${known.map((key) => html`<div class="habit" key=${key}>
        <span>${t(`habit.${key}`)}</span>
        <${Switch} on=${customer[key]} label=${t(`habit.${key}`)}
          onChange=${(next) => act(() => change({ [key]: next }))} />
      </div>`)}
      <${Words} customer=${customer} change=${change} />
    </div>`}
  </details>`;
}
