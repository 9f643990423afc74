// The foot of a phone: writing, choosing another type, replying.
import { html, useEffect, useRef, useState } from "./dom.js";
import { act, path, post } from "./api.js";
import { bodyOf, startOf, TYPES } from "./compose.js";
import { line } from "./content.js";
import { t, word } from "./i18n.js";
import { Field, Icon } from "./ui.js";

function Ask({ name, kind, value, accept, onText, onFile }) {
  const label = t(`field.${name}`);
  if (kind === "file") {
    return html`<${Field} label=${label} hint=${t("field.file.hint")}>
      <input type="file" accept=${accept} onChange=${(event) => onFile(event.target.files[0])} />
    <//>`;
  }
  const input = (event) => onText(name, event.target.value);
  if (kind === "json") {
    return html`<${Field} label=${label} hint=${t("field.json.hint")}>
      <textarea class="mono" rows="7" spellcheck="false" value=${value} onInput=${input}></textarea>
    <//>`;
  }
  return html`<${Field} label=${label}>
    <input type=${kind} step="any" value=${value} onInput=${input} />
  <//>`;
}

function Form({ type, send, close }) {
  const [fields, setFields] = useState(() => startOf(type));
  const [file, setFile] = useState(null);
  const box = useRef(null);
  useEffect(() => box.current.querySelector("input, textarea, button.primary")?.focus(), []);
  const submit = async (event) => {
    event.preventDefault();
    if (await send((common) => bodyOf(type, fields, file, common))) close();
  };
  return html`<form class="compose-form" ref=${box} onSubmit=${submit}
    aria-label=${word("type", type)}>
    <p class="form-title">${word("type", type)}</p>
    ${TYPES[type].fields.map(
      ([name, kind]) => html`<${Ask} key=${name} name=${name} kind=${kind} value=${fields[name]}
        accept=${TYPES[type].accept} onFile=${setFile}
        onText=${(key, value) => setFields((old) => ({ ...old, [key]: value }))} />`,
    )}
    ${TYPES[type].fields.length === 0 && html`<p class="hint">${t("phone.nofields")}</p>`}
    <div class="row end">
      <button type="button" onClick=${close}>${t("cancel")}</button>
      <button type="submit" class="primary">${t("send")}</button>
    </div>
  </form>`;
}

function Kinds({ choose, close }) {
  const box = useRef(null);
  useEffect(() => box.current.querySelector("button")?.focus(), []);
  const leave = (event) => event.key === "Escape" && close();
  return html`<div class="kinds" ref=${box} onKeyDown=${leave} role="group" aria-label=${t("phone.kinds")}>
    ${Object.keys(TYPES).map(
      (each) => html`<button type="button" key=${each} onClick=${() => choose(each)}>
        ${word("type", each)}
      </button>`,
    )}
  </div>`;
}

export function Composer({ customer, number, reply, clearReply }) {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(null);
  const field = useRef(null);
  const plus = useRef(null);
  useEffect(() => {
    if (reply) field.current?.focus();
  }, [reply]);
  const close = () => {
    setOpen(null);
    plus.current?.focus();
  };
  const send = (make) =>
    act(async () => {
      const common = { to: number.id, ...(reply ? { context: reply.wamid } : {}) };
      const answer = await post(`/customers/${path(customer.key)}/messages`, make(common));
      clearReply();
      return answer;
    });
  const submit = async (event) => {
    event.preventDefault();
    const words = text;
    if (!words.trim()) return;
    setText("");
    if (!(await send((common) => ({ type: "text", body: words, ...common })))) setText(words);
  };
  return html`<div class="composer">
    ${reply && html`<div class="replying">
      <span>${t("phone.replying", { line: line(reply) })}</span>
      <button type="button" class="plain" aria-label=${t("cancel")} onClick=${clearReply}>
        <${Icon} name="close" />
      </button>
    </div>`}
    ${open === "kinds" && html`<${Kinds} choose=${setOpen} close=${close} />`}
    ${open && open !== "kinds" && html`<${Form} key=${open} type=${open} send=${send} close=${close} />`}
    <form class="write" onSubmit=${submit}>
      <button type="button" class="round" ref=${plus} aria-expanded=${open !== null}
        aria-label=${t("phone.kinds")} title=${t("phone.kinds")}
        onClick=${() => setOpen(open ? null : "kinds")}><${Icon} name="plus" /></button>
      <input ref=${field} type="text" autocomplete="off" value=${text}
        aria-label=${t("phone.write", { name: customer.name || customer.key })}
        placeholder=${t("phone.write.short")} onInput=${(event) => setText(event.target.value)} />
      <button type="submit" class="round primary" aria-label=${t("send")} title=${t("send")}>
        <${Icon} name="send" />
      </button>
    </form>
  </div>`;
}
