// Small pieces that several screens use.
import { html, useState } from "./dom.js";
import { t } from "./i18n.js";
import { act } from "./api.js";

const PATHS = {
  phones: "M7 2h10a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm4 17h2",
  journal: "M4 5h16M4 10h16M4 15h10M4 20h7",
  faults: "M12 3 2.5 20h19zM12 10v4m0 3v.1",
  world: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-9 9h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  diagnosis: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm5 11.5L21 21",
  raw: "M4 12 20 4l-5 16-3.5-6.5z",
  plus: "M12 5v14M5 12h14",
  send: "M4 12 20 4l-5 16-3.5-6.5z",
  reply: "M10 6 4 12l6 6m-6-6h10a6 6 0 0 1 6 6",
  more: "M6 12h.1M12 12h.1M18 12h.1",
  copy: "M9 9h10v10H9zM5 15V5h10",
  close: "M6 6l12 12M18 6 6 18",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 3.5V12l3 2",
  file: "M7 3h7l4 4v14H7zm7 0v4h4",
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} />
  </svg>`;
}

// A button that shows it is busy and cannot be pressed twice.
export function Action({ run, done, children, class: look = "", ...rest }) {
  const [busy, setBusy] = useState(false);
  const press = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    await act(run, done);
    setBusy(false);
  };
  return html`<button type="button" class=${look} aria-busy=${busy} onClick=${press} ...${rest}>
    ${children}
  </button>`;
}

export function Field({ label, hint, children, class: look = "" }) {
  return html`<label class="field ${look}">
    <span class="field-label">${label}</span>
    ${children}
    ${hint && html`<span class="hint">${hint}</span>`}
  </label>`;
}

export function Choice({ label, value, options, onChange, names = String, ...rest }) {
  return html`<select
    aria-label=${label}
    value=${value}
    onChange=${(event) => onChange(event.target.value)}
    ...${rest}
  >
    ${options.map(
      (each) => html`<option value=${each} selected=${each === value}>${names(each)}</option>`,
    )}
  </select>`;
}

export async function toClipboard(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function CopyButton({ text, label }) {
  return html`<${Action}
    class="quiet small"
    aria-label=${label}
    title=${label}
    run=${() => toClipboard(text)}
    done=${t("copied")}
  >
    <${Icon} name="copy" />
  <//>`;
}

export function Switch({ on, label, onChange, disabled = false }) {
  return html`<button
    type="button"
    role="switch"
    class="switch"
    aria-checked=${on ? "true" : "false"}
    aria-label=${label}
    disabled=${disabled}
    onClick=${() => onChange(!on)}
  >
    <span class="knob"></span>
  </button>`;
}

export function Empty({ title, children }) {
  return html`<div class="empty">
    <p class="empty-title">${title}</p>
    <p>${children}</p>
  </div>`;
}

export function Badge({ level = "", children }) {
  return html`<span class="badge ${level}">${children}</span>`;
}
