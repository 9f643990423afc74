// A message on a phone: content, time, ticks, reactions, what can be done with it.
import { html, useState } from "./dom.js";
import { act, path, post } from "./api.js";
import { author, Content, line } from "./content.js";
import { hour } from "./format.js";
import { t, word } from "./i18n.js";
import { state } from "./store.js";
import { Icon, toClipboard } from "./ui.js";

const FACES = ["\u{1F44D}", "\u2764\uFE0F", "\u{1F602}", "\u{1F62E}", "\u{1F64F}"];
const NEXT = ["sent", "delivered", "read", "failed"];

// clock, one tick, two ticks, blue ticks; what they mean is said in words too.
export function Ticks({ status }) {
  const words = word("status", status);
  const shape = {
    accepted: html`<svg viewBox="0 0 16 12"><circle cx="8" cy="6" r="4.5" /><path d="M8 3.5V6l1.7 1" /></svg>`,
    sent: html`<svg viewBox="0 0 16 12"><path d="m4 6.5 2.5 2.5 5-6" /></svg>`,
    failed: html`<svg viewBox="0 0 16 12"><circle cx="8" cy="6" r="5" /><path d="M8 3v3.5m0 2v.1" /></svg>`,
  }[status] ?? html`<svg viewBox="0 0 16 12"><path d="m1 6.5 2.5 2.5 5-6m-1 5 1 1 5-6" /></svg>`;
  return html`<span class="ticks ${status}" role="img" aria-label=${words} title=${words}>
    ${shape}
  </span>`;
}

function Quote({ wamid, customer, number }) {
  const quoted = state.messages.get(wamid);
  return html`<blockquote class="quote">
    <span class="quote-who">${quoted ? author(quoted, customer, number) : "\u2014"}</span>
    <span class="quote-words">${line(quoted)}</span>
  </blockquote>`;
}

function Reactions({ faces }) {
  if (!faces.length) return null;
  const label = t("phone.reactions", { faces: faces.join(" ") });
  return html`<span class="reactions" role="img" aria-label=${label}>${faces.join("")}</span>`;
}

function Statuses({ message }) {
  const give = (status) =>
    act(() =>
      post(`/messages/${path(message.wamid)}/status`, { status, force: false }),
    );
  return html`<div class="row tight" role="group" aria-label=${t("phone.status.give")}>
    <span class="hint">${t("phone.status.give")}</span>
    ${NEXT.map(
      (each) => html`<button type="button" class="small" key=${each} onClick=${() => give(each)}>
        ${word("status", each)}
      </button>`,
    )}
  </div>`;
}

// A customer's own message can be changed or deleted afterwards.
function Afterwards({ message, customer }) {
  const [text, setText] = useState(message.text ?? "");
  const send = (body) =>
    act(() =>
      post(`/customers/${path(customer.key)}/messages`, {
        original_message_id: message.wamid,
        to: message.number,
        ...body,
      }),
    );
  return html`<form class="row tight" onSubmit=${(event) => {
      event.preventDefault();
      send({ type: "edit", body: text });
    }}>
    ${message.type === "text" && html`<input type="text" class="grow" required aria-label=${t("phone.edit.text")}
        value=${text} onInput=${(event) => setText(event.target.value)} />
      <button type="submit" class="small">${t("phone.edit")}</button>`}
    <button type="button" class="small" onClick=${() => send({ type: "revoke" })}>${t("phone.revoke")}</button>
  </form>`;
}

function Doings({ message, customer, onReply, close }) {
  const react = (emoji) =>
    act(() =>
      post(`/customers/${path(customer.key)}/messages`, {
        type: "reaction",
        message_id: message.wamid,
        emoji,
        to: message.number,
      }),
    );
  const outbound = message.direction === "outbound";
  return html`<div class="doings">
    <div class="row tight" role="group" aria-label=${t("phone.react")}>
      ${FACES.map(
        (face) => html`<button type="button" class="face" key=${face}
          aria-label=${t("phone.react.with", { face })} onClick=${() => react(face)}>${face}</button>`,
      )}
      <button type="button" class="small" onClick=${() => react("")}>${t("phone.react.none")}</button>
    </div>
    <div class="row tight">
      <button type="button" class="small" onClick=${() => {
        onReply(message);
        close();
      }}><${Icon} name="reply" />${t("phone.reply")}</button>
      <button type="button" class="small" onClick=${() =>
        act(() => toClipboard(message.wamid), t("copied"))}>
        <${Icon} name="copy" />wamid
      </button>
      <a class="small button" href="#journal/q/${path(message.wamid)}">${t("phone.journal")}</a>
    </div>
    ${outbound
      ? html`<${Statuses} message=${message} />`
      : html`<${Afterwards} message=${message} customer=${customer} />`}
  </div>`;
}

export function Bubble({ message, customer, number, faces, change, onReply, answer }) {
  const [open, setOpen] = useState(false);
  const mine = message.direction === "inbound";
  const status = mine ? (message.read_by_business ? "read" : "delivered") : message.status;
  const waiting = !mine && ["accepted", "sent"].includes(message.status);
  const failure = message.statuses?.find((each) => each.status === "failed");
  const look = ["bubble", mine ? "mine" : "theirs", waiting && "waiting", message.status === "failed" && "failed", message.type];
  return html`<li class=${look.filter(Boolean).join(" ")} data-wamid=${message.wamid}>
    ${message.context && html`<${Quote} wamid=${message.context} customer=${customer} number=${number} />`}
    <${Content} message=${message} answer=${answer} change=${change} />
    <span class="stamp">
      ${waiting && html`<span class="waits">${t("phone.not.there")}</span>`}
      <time>${hour(message.timestamp)}</time>
      <${Ticks} status=${status} />
      <button type="button" class="plain more" aria-expanded=${open}
        aria-label=${t("phone.more", { line: line(message) })} onClick=${() => setOpen(!open)}>
        <${Icon} name="more" />
      </button>
    </span>
    ${failure && html`<p class="failure">${t("phone.failed", { code: failure.code ?? "" })}</p>`}
    <${Reactions} faces=${faces} />
    ${open && html`<${Doings} message=${message} customer=${customer} onReply=${onReply}
      close=${() => setOpen(false)} />`}
  </li>`;
}

// Types that are about another message and have no bubble of their own.
export const ABOUT = ["reaction", "edit", "revoke"];

// wamid -> what became of it: new words, or nothing left.
export function changesOf(messages) {
  const found = new Map();
  for (const { type, payload } of messages) {
    const wamid = payload?.original_message_id;
    if (type === "edit") found.set(wamid, { text: payload.message?.text?.body });
    if (type === "revoke") found.set(wamid, { revoked: true });
  }
  return found;
}

// wamid -> the faces shown under it: the last of each side, removed when empty.
export function reactionsOf(messages) {
  const last = new Map();
  for (const each of messages) {
    if (each.type !== "reaction") continue;
    const target = each.payload.message_id;
    if (!last.has(target)) last.set(target, {});
    last.get(target)[each.direction] = each.payload.emoji ?? "";
  }
  return (wamid) => Object.values(last.get(wamid) ?? {}).filter(Boolean);
}
