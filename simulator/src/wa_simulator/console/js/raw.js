// A captured body, sent to the webhook as it is, signed well, badly or not at all.
import { html, useState } from "./dom.js";
import { act, get, path, post } from "./api.js";
import { phone } from "./format.js";
import { t } from "./i18n.js";
import { state, useStore } from "./store.js";
import { FieldEvent } from "./fields.js";
import { Action, Badge, Field } from "./ui.js";

const SIGNS = ["good", "bad", "none"];
const draft = { body: "", sign: "good", number: "" };

async function lastWebhook() {
  const row = state.rows.findLast((each) => each.kind === "webhook" && each.webhook);
  if (!row) throw new Error(t("raw.no.last"));
  return (await get(`/webhooks/${path(row.webhook)}`)).body;
}

function Result({ result }) {
  if (!result) return null;
  const good = result.status === 200;
  return html`<div class="result" role="status">
    <p><${Badge} level=${good ? "good" : "error"}>${result.status ?? t("row.no.answer")}<//>
      ${t(good ? "raw.accepted" : "raw.refused")}</p>
    ${(result.error || result.answer) && html`<pre tabindex="0" aria-label=${t("part.answer")}>${result.error || result.answer}</pre>`}
  </div>`;
}

export function Raw() {
  useStore();
  const [form, setForm] = useState({ ...draft });
  const [result, setResult] = useState(null);
  const set = (key, value) => {
    draft[key] = value;
    setForm({ ...draft });
  };
  const numbers = state.world.numbers;
  const send = async (event) => {
    event.preventDefault();
    setResult(null);
    const body = { body: form.body, sign: form.sign, ...(form.number ? { number: form.number } : {}) };
    const answer = await act(() => post("/webhooks/raw", body));
    if (answer) setResult(answer);
  };
  return html`<div class="page raw"><form onSubmit=${send}>
    <div class="bar"><h2>${t("raw.title")}</h2></div>
    <p class="lead">${t("raw.lead")}</p>
    <div class="row">
      <${Action} run=${async () => set("body", await lastWebhook())}>${t("raw.last")}<//>
    </div>
    <${Field} label=${t("raw.body")} hint=${t("raw.body.hint")}>
      <textarea class="mono" rows="14" required spellcheck="false" value=${form.body}
        onInput=${(event) => set("body", event.target.value)}></textarea>
    <//>
    <fieldset class="signs">
      <legend>${t("raw.sign")}</legend>
      ${SIGNS.map((each) => html`<label class="radio">
        <input type="radio" name="sign" value=${each} checked=${form.sign === each}
          onChange=${() => set("sign", each)} />
        <span><strong>${t(`raw.sign.${each}`)}</strong><small>${t(`raw.sign.${each}.hint`)}</small></span>
      </label>`)}
    </fieldset>
    ${numbers.length > 1 && html`<${Field} label=${t("raw.number")}>
      <select value=${form.number} onChange=${(event) => set("number", event.target.value)}>
        <option value="">${t("raw.first")}</option>
        ${numbers.map((each) => html`<option value=${each.id}>${phone(each.display)}</option>`)}
      </select>
    <//>`}
    <div class="row"><button type="submit" class="primary">${t("raw.send")}</button></div>
    <${Result} result=${result} />
  </form>
  <${FieldEvent} />
  </div>`;
}
