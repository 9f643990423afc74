// The simulated time: shown always, moved by hand.
import { html, useEffect, useRef, useState } from "./dom.js";
import { act, post } from "./api.js";
import { dateTime, hour } from "./format.js";
import { t } from "./i18n.js";
import { simulatedNow, state } from "./store.js";
import { Action, Badge, Field, Icon } from "./ui.js";

const STEPS = [
  ["clock.minute", 60],
  ["clock.hour", 3600],
  ["clock.day", 86_400],
];
const UNITS = { "clock.seconds": 1, "clock.minutes": 60, "clock.hours": 3600 };

function advance(seconds) {
  return post("/clock", { advance: seconds });
}

function Custom() {
  const [amount, setAmount] = useState("5");
  const [unit, setUnit] = useState("clock.minutes");
  const go = (event) => {
    event.preventDefault();
    act(() => advance(Number(amount) * UNITS[unit]), t("clock.moved"));
  };
  return html`<form class="row" onSubmit=${go}>
    <${Field} label=${t("clock.by")}>
      <input type="number" min="0" step="any" required value=${amount}
        onInput=${(event) => setAmount(event.target.value)} />
    <//>
    <${Field} label=${t("clock.unit")}>
      <select value=${unit} onChange=${(event) => setUnit(event.target.value)}>
        ${Object.keys(UNITS).map((each) => html`<option value=${each}>${t(each)}</option>`)}
      </select>
    <//>
    <button class="primary" type="submit">${t("clock.advance")}</button>
  </form>`;
}

export function ClockPanel() {
  const [, tick] = useState(0);
  const box = useRef(null);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    const away = (event) => {
      const outside = event.type === "keydown" ? event.key === "Escape" : true;
      if (box.current?.open && outside && (event.type === "keydown" || !box.current.contains(event.target))) {
        box.current.open = false;
        if (event.type === "keydown") box.current.querySelector("summary").focus();
      }
    };
    addEventListener("pointerdown", away);
    addEventListener("keydown", away);
    const leave = () => {
      box.current.open = false;
    };
    addEventListener("hashchange", leave);
    return () => {
      clearInterval(timer);
      removeEventListener("pointerdown", away);
      removeEventListener("keydown", away);
      removeEventListener("hashchange", leave);
    };
  }, []);
  const now = simulatedNow();
  const kind = t(state.clock.frozen ? "clock.frozen" : "clock.real");
  return html`<details class="clock" ref=${box}>
    <summary title=${t("clock.title")}>
      <${Icon} name="clock" />
      <span class="visually-hidden">${t("clock.title")}</span>
      <time>${hour(now)}</time>
      ${state.clock.frozen && html`<${Badge} level="info">${t("clock.frozen")}<//>`}
    </summary>
    <div class="popover">
      <p class="popover-title">${t("clock.title")}: ${kind}</p>
      <p class="big-time">${dateTime(now)}</p>
      <p class="hint">${t(state.clock.frozen ? "clock.frozen.hint" : "clock.real.hint")}</p>
      <div class="row">
        ${STEPS.map(
          ([label, seconds]) => html`<${Action} key=${label} run=${() => advance(seconds)}
            done=${t("clock.moved")}>${t(label)}<//>`,
        )}
      </div>
      <${Custom} />
    </div>
  </details>`;
}
