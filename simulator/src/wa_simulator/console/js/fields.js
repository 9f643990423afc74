// Webhooks of every other field: what there is comes from the server.
import { html, useEffect, useState } from "./dom.js";
import { act, get, post } from "./api.js";
import { t } from "./i18n.js";
import { Field } from "./ui.js";

export function FieldEvent() {
  const [fields, setFields] = useState({});
  const [form, setForm] = useState({ field: "", event: "", value: "", customer: "" });
  useEffect(() => {
    act(async () => {
      const { fields: found } = await get("/fields");
      setFields(found);
      setForm((old) => ({ ...old, field: Object.keys(found)[0] ?? "" }));
    });
  }, []);
  const set = (key) => (event) => {
    const next = event.target.value;
    setForm((old) => ({ ...old, [key]: next, ...(key === "field" ? { event: "", value: "" } : {}) }));
  };
  const known = fields[form.field] ?? { events: [] };
  const send = (event) => {
    event.preventDefault();
    return act(() => {
      const value = form.value.trim() ? JSON.parse(form.value) : {};
      if (form.event) value.event = form.event;
      const body = { field: form.field, value };
      if (known.about_person && form.customer.trim()) body.customer = form.customer.trim();
      return post("/webhooks/field", body);
    }, t("field.event.sent"));
  };
  return html`<form class="part" onSubmit=${send} aria-label=${t("field.event.title")}>
    <h3>${t("field.event.title")}</h3>
    <p class="hint">${t("field.event.lead")}</p>
    <div class="grid-form">
      <${Field} label=${t("field.event.field")}>
        <select value=${form.field} onChange=${set("field")}>
          ${Object.keys(fields).map((each) => html`<option value=${each} selected=${each === form.field}>${each}</option>`)}
        </select>
      <//>
      ${known.events.length > 0 && html`<${Field} label=${t("field.event.event")}>
        <select value=${form.event} onChange=${set("event")}>
          <option value="">${t("field.event.sample")}</option>
          ${known.events.map((each) => html`<option value=${each} selected=${each === form.event}>${each}</option>`)}
        </select>
      <//>`}
      ${known.about_person && html`<${Field} label=${t("field.event.person")}>
        <input type="text" value=${form.customer} onInput=${set("customer")} />
      <//>`}
      <${Field} label=${t("field.event.value")} hint=${t("field.event.value.hint")} class="wide">
        <textarea class="mono" rows="3" spellcheck="false" value=${form.value} onInput=${set("value")}></textarea>
      <//>
      <button type="submit" class="primary">${t("send")}</button>
    </div>
  </form>`;
}
