// Customers' phones side by side.
import { html, useEffect, useRef, useState } from "./dom.js";
import { act, call, download, path, post } from "./api.js";
import { ABOUT, Bubble, changesOf, reactionsOf } from "./bubble.js";
import { Composer } from "./composer.js";
import { initials, newMobile, phone } from "./format.js";
import { t, word } from "./i18n.js";
import { Habits } from "./habits.js";
import { JournalDock } from "./journal.js";
import { redraw, state, talk, useStore } from "./store.js";
import { Action, Choice, Empty, Field, Icon } from "./ui.js";

const OPEN_BY_ITSELF = 6;
const CHIPS = 40;
const SHOWN_AT_FIRST = 60;

// key -> number id in view. Kept while the page lives.
const open = new Map();
const closed = new Set();

function firstNumber() {
  return state.world.numbers[0]?.id;
}

function lastNumber(key) {
  const found = state.world.numbers.find((each) => talk(key, each.id).length);
  return found?.id ?? firstNumber();
}

// People who turn up are shown by themselves while there is room.
function welcome() {
  for (const key of open.keys()) if (!state.customers.has(key)) open.delete(key);
  for (const key of state.customers.keys()) {
    if (open.size >= OPEN_BY_ITSELF) break;
    if (!open.has(key) && !closed.has(key)) open.set(key, lastNumber(key));
  }
}

function toggle(key) {
  if (open.has(key)) {
    open.delete(key);
    closed.add(key);
  } else {
    open.set(key, lastNumber(key));
    closed.delete(key);
  }
  redraw();
}

function Head({ customer, number }) {
  const key = path(customer.key);
  const change = (body) => act(() => call("PATCH", `/customers/${key}`, body));
  const presences = [...new Set([...state.presences, customer.presence])];
  const numbers = state.world.numbers;
  return html`<header class="phone-head">
    <span class="avatar" aria-hidden="true">${initials(customer.name || customer.key)}</span>
    <div class="who">
      <h3>${customer.name || phone(customer.key)}</h3>
      <span class="mono">${phone(customer.key)}</span>
    </div>
    <button type="button" class="plain" aria-label=${t("phone.close", { name: customer.name || customer.key })}
      onClick=${() => toggle(customer.key)}><${Icon} name="close" /></button>
    <div class="phone-tools">
      <${Choice} label=${t("phone.presence", { name: customer.name || customer.key })}
        value=${customer.presence} options=${presences} names=${(each) => word("presence", each)}
        onChange=${(presence) => change({ presence })} />
      <${Action} class="small" run=${() => post(`/customers/${key}/read`)}>${t("phone.read.all")}<//>
      ${numbers.length > 1 && html`<${Choice} label=${t("phone.number")} value=${number.id}
        options=${numbers.map((each) => each.id)}
        names=${(id) => phone(numbers.find((each) => each.id === id).display)}
        onChange=${(id) => {
          open.set(customer.key, id);
          redraw();
        }} />`}
    </div>
    <${Habits} customer=${customer} change=${change} />
  </header>`;
}

function Talk({ messages, customer, number, onReply }) {
  const box = useRef(null);
  const [all, setAll] = useState(false);
  const bubbles = messages.filter((each) => !ABOUT.includes(each.type));
  const shown = all ? bubbles : bubbles.slice(-SHOWN_AT_FIRST);
  const facesOf = reactionsOf(messages);
  const changes = changesOf(messages);
  const typing = state.typing.has(`${number.id}/${customer.key}`);
  const toEnd = () => {
    box.current.scrollTop = box.current.scrollHeight;
  };
  useEffect(toEnd, [bubbles.length, typing]);
  // A picture has its height only once it is there; only growth of a talk read at
  // its end moves it.
  useEffect(() => {
    let end = true;
    const talkBox = box.current;
    const note = () => {
      end = talkBox.scrollHeight - talkBox.scrollTop - talkBox.clientHeight < 40;
    };
    const watch = new ResizeObserver(() => end && toEnd());
    watch.observe(talkBox.querySelector(".bubbles"));
    talkBox.addEventListener("scroll", note);
    return () => {
      watch.disconnect();
      talkBox.removeEventListener("scroll", note);
    };
  }, []);
  const answerTo = (message) => (body) =>
    act(() =>
      post(`/customers/${path(customer.key)}/messages`, {
        ...body,
        to: number.id,
        context: message.wamid,
      }),
    );
  return html`<div class="talk" ref=${box} tabindex="0" role="region"
    aria-label=${t("phone.talk", { name: customer.name || customer.key })}>
    ${shown.length < bubbles.length && html`<button type="button" class="small" onClick=${() => setAll(true)}>
      ${t("phone.earlier", { count: bubbles.length - shown.length })}
    </button>`}
    ${bubbles.length === 0 && html`<p class="nobody">${t("phone.empty")}</p>`}
    <ul class="bubbles">
      ${shown.map(
        (each) => html`<${Bubble} key=${each.wamid} message=${each} customer=${customer}
          number=${number} faces=${facesOf(each.wamid)} change=${changes.get(each.wamid)}
          onReply=${onReply}
          answer=${answerTo(each)} />`,
      )}
      ${typing && html`<li class="bubble theirs typing" key="typing">
        <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${t("phone.typing")}
      </li>`}
    </ul>
  </div>`;
}

function Phone({ customer }) {
  const [reply, setReply] = useState(null);
  const id = open.get(customer.key);
  const number = state.world.numbers.find((each) => each.id === id) ?? state.world.numbers[0];
  return html`<section class="phone" aria-label=${customer.name || phone(customer.key)}
    data-customer=${customer.key}>
    <${Head} customer=${customer} number=${number} />
    <${Talk} messages=${talk(customer.key, number.id)} customer=${customer} number=${number}
      onReply=${setReply} />
    <${Composer} customer=${customer} number=${number} reply=${reply}
      clearReply=${() => setReply(null)} />
  </section>`;
}

function NewCustomer({ done }) {
  const [key, setKey] = useState(() => newMobile(new Set(state.customers.keys())));
  const [name, setName] = useState("");
  const first = useRef(null);
  useEffect(() => first.current?.querySelector("input").focus(), []);
  const make = async (event) => {
    event.preventDefault();
    const body = name.trim() ? { name: name.trim() } : {};
    const made = await act(() => call("PUT", `/customers/${path(key.trim())}`, body));
    if (!made) return;
    closed.delete(made.key);
    open.set(made.key, firstNumber());
    redraw();
    done(made.key);
  };
  return html`<form class="new-customer" ref=${first} onSubmit=${make} aria-label=${t("phones.add")}>
    <${Field} label=${t("phones.name")}>
      <input type="text" value=${name} placeholder=${t("phones.name.hint")}
        onInput=${(event) => setName(event.target.value)} />
    <//>
    <${Field} label=${t("phones.key")}>
      <input type="text" class="mono" required value=${key}
        onInput=${(event) => setKey(event.target.value)} />
    <//>
    <button type="button" onClick=${() => setKey(newMobile(new Set(state.customers.keys())))}>
      ${t("phones.another")}
    </button>
    <button type="submit" class="primary">${t("phones.make")}</button>
  </form>`;
}

function Chips({ filter }) {
  const wanted = filter.toLowerCase();
  const all = [...state.customers.values()].filter((each) =>
    `${each.name ?? ""} ${each.key}`.toLowerCase().includes(wanted),
  );
  return html`<div class="chips" role="group" aria-label=${t("phones.who")}>
    ${all.slice(0, CHIPS).map(
      (each) => html`<button type="button" class="chip" key=${each.key}
        aria-pressed=${open.has(each.key) ? "true" : "false"} onClick=${() => toggle(each.key)}>
        ${each.name || phone(each.key)}
      </button>`,
    )}
    ${all.length > CHIPS && html`<span class="hint">${t("phones.more", { count: all.length - CHIPS })}</span>`}
  </div>`;
}

export function Phones() {
  useStore();
  const [adding, setAdding] = useState(false);
  const [filter, setFilter] = useState("");
  welcome();
  const shown = [...open.keys()].map((key) => state.customers.get(key)).filter(Boolean);
  const settle = (key) => {
    setAdding(false);
    requestAnimationFrame(() =>
      setTimeout(() => {
        const place = document.querySelector(`[data-customer="${CSS.escape(key)}"]`);
        place?.scrollIntoView({ inline: "nearest", block: "nearest" });
        place?.querySelector(".write input")?.focus();
      }, 120),
    );
  };
  return html`<div class="phones-side">
      <div class="bar">
        <h2>${t("nav.phones")}</h2>
        <button type="button" class="primary" aria-expanded=${adding} onClick=${() => setAdding(!adding)}>
          <${Icon} name="plus" />${t("phones.add")}
        </button>
        ${state.customers.size > 6 && html`<input type="search" class="grow" aria-label=${t("phones.search")}
          placeholder=${t("phones.search")} value=${filter}
          onInput=${(event) => setFilter(event.target.value)} />`}
        <${Action} class="quiet" run=${() => download("/export/scenario.feature", "escenario.feature")}>
          ${t("phones.feature")}
        <//>
      </div>
      ${adding && html`<${NewCustomer} done=${settle} />`}
      <${Chips} filter=${filter} />
      ${shown.length === 0
        ? html`<${Empty} title=${t("phones.none")}>${t("phones.none.hint")}<//>`
        : html`<div class="phones-row">
            ${shown.map((each) => html`<${Phone} key=${each.key} customer=${each} />`)}
          </div>`}
    </div>
    <${JournalDock} />`;
}
