// What is inside a bubble, by type of message.
import { html, useState } from "./dom.js";
import { path } from "./api.js";
import { phone } from "./format.js";
import { t, word } from "./i18n.js";
import { rendered } from "./template.js";
import { Icon } from "./ui.js";

function address(node) {
  return `/_sim/media/${path(node.id)}`;
}

function Caption({ node }) {
  return node.caption ? html`<p class="words">${node.caption}</p>` : null;
}

function Picture({ node, alt, look = "picture" }) {
  if (!node.id) return html`<p class="file"><${Icon} name="file" />${node.link}</p>`;
  return html`<img class=${look} src=${address(node)} alt=${node.caption || alt} />`;
}

function FileName({ node, label }) {
  const name = node.filename || node.link || label;
  const words = html`<${Icon} name="file" /><span>${name}</span>`;
  if (!node.id) return html`<p class="file">${words}</p>`;
  return html`<a class="file" href=${address(node)} download=${node.filename || ""}>${words}</a>`;
}

function Sound({ node }) {
  const label = t(node.voice ? "type.voice" : "type.audio");
  if (!node.id) return html`<${FileName} node=${node} label=${label} />`;
  return html`<audio controls preload="none" aria-label=${label} src=${address(node)}></audio>`;
}

function Film({ node }) {
  if (!node.id) return html`<${FileName} node=${node} label=${t("type.video")} />`;
  return html`<video controls preload="none" aria-label=${node.caption || t("type.video")}
    src=${address(node)}></video>`;
}

function Place({ node }) {
  return html`<div class="place">
    <span class="pin" aria-hidden="true"></span>
    <strong>${node.name || t("type.location")}</strong>
    ${node.address && html`<span>${node.address}</span>`}
    <span class="mono">${node.latitude}, ${node.longitude}</span>
  </div>`;
}

function Cards({ payload }) {
  const people = Array.isArray(payload) ? payload : payload.contacts ?? [];
  return html`${people.map(
    (each) => html`<div class="card">
      <strong>${each.name?.formatted_name ?? t("type.contacts")}</strong>
      ${(each.phones ?? []).map((one) => html`<span class="mono">${one.phone}</span>`)}
    </div>`,
  )}`;
}

function Order({ node }) {
  const items = node.product_items ?? [];
  return html`<div class="card">
    <strong>${t("type.order")}</strong>
    ${items.map(
      (each) => html`<span>
        ${each.quantity} ${"\u00d7"} ${each.product_retailer_id}: ${each.item_price} ${each.currency}
      </span>`,
    )}
    ${node.text && html`<p class="words">${node.text}</p>`}
  </div>`;
}

function Header({ header }) {
  if (!header) return null;
  if (header.type === "text") return html`<strong class="head">${header.text}</strong>`;
  const node = header[header.type] ?? {};
  if (header.type === "image") return html`<${Picture} node=${node} alt=${t("type.image")} />`;
  if (header.type === "video") return html`<${Film} node=${node} />`;
  return html`<${FileName} node=${node} label=${word("type", header.type)} />`;
}

function Press({ onPress, children, pressed }) {
  return html`<button type="button" class="press" aria-pressed=${pressed} onClick=${onPress}>
    ${children}
  </button>`;
}

// A list opens in place; choosing a row answers with list_reply.
function Rows({ action, answer }) {
  const [open, setOpen] = useState(false);
  const sections = action.sections ?? [];
  return html`<div class="presses">
    <button type="button" class="press" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      ${action.button || t("phone.list")}
    </button>
    ${open &&
    sections.map(
      (section) => html`<div class="section" role="group" aria-label=${section.title || action.button}>
        ${section.title && html`<span class="section-title">${section.title}</span>`}
        ${(section.rows ?? []).map(
          (row) => html`<button type="button" class="press list-row" key=${row.id} onClick=${() => {
              setOpen(false);
              answer({ type: "interactive", list_reply: row });
            }}>
            <span>${row.title}</span>
            ${row.description && html`<small>${row.description}</small>`}
          </button>`,
        )}
      </div>`,
    )}
  </div>`;
}

// What a press on the one button of such a message answers; others only open things.
const ANSWERS = {
  flow: (action) => ({
    type: "interactive",
    nfm_reply: { response_json: { flow_token: action.parameters?.flow_token ?? "unused" } },
  }),
  send_location: () => ({ type: "location" }),
};

function Parameters({ action, answer }) {
  const found = action.parameters ?? {};
  const named = { send_location: t("phone.send.location") }[action.name];
  const words = found.display_text || found.flow_cta || named || action.name || action.catalog_id;
  const reply = ANSWERS[action.name];
  if (reply) {
    return html`<div class="presses"><${Press} onPress=${() => answer(reply(action))}>${words}<//></div>`;
  }
  return words
    ? html`<div class="presses"><span class="press still">${words}</span></div>`
    : null;
}

function ReplyButtons({ buttons, answer }) {
  return html`<div class="presses">
    ${buttons.map(
      (each) => html`<${Press} key=${each.reply?.id}
        onPress=${() => answer({ type: "interactive", button_reply: each.reply })}
        >${each.reply?.title}<//>`,
    )}
  </div>`;
}

function Interactive({ node, answer }) {
  const reply = node.button_reply ?? node.list_reply;
  if (reply) {
    return html`<p class="words">${reply.title}</p>
      ${reply.description && html`<small>${reply.description}</small>`}`;
  }
  if (node.nfm_reply) return html`<p class="words mono">${node.nfm_reply.response_json}</p>`;
  const action = node.action ?? {};
  return html`<${Header} header=${node.header} />
    ${node.body && html`<p class="words">${node.body.text}</p>`}
    ${node.footer && html`<small class="foot">${node.footer.text}</small>`}
    ${action.buttons && html`<${ReplyButtons} buttons=${action.buttons} answer=${answer} />`}
    ${action.sections && html`<${Rows} action=${action} answer=${answer} />`}
    ${!action.buttons && !action.sections && html`<${Parameters} action=${action} answer=${answer} />`}`;
}

function Template({ message, answer }) {
  const shown = rendered(message);
  const press = (each) => answer({ type: "button", payload: each.payload, text: each.text });
  return html`${shown.media && html`<${Header} header=${{
      type: shown.media.kind,
      [shown.media.kind]: shown.media.node,
    }} />`}
    ${shown.header && html`<strong class="head">${shown.header}</strong>`}
    <p class="words">${shown.body}</p>
    ${shown.footer && html`<small class="foot">${shown.footer}</small>`}
    ${shown.buttons.length > 0 &&
    html`<div class="presses">
      ${shown.buttons.map((each) =>
        each.kind === "QUICK_REPLY"
          ? html`<${Press} onPress=${() => press(each)}>${each.text}<//>`
          : html`<span class="press still">${each.text || word("button", each.kind)}</span>`,
      )}
    </div>`}`;
}

const words = ({ message }) => html`<p class="words">${message.text ?? message.payload.body}</p>`;

const BY_TYPE = {
  text: words,
  image: ({ node }) => html`<${Picture} node=${node} alt=${t("type.image")} /><${Caption} node=${node} />`,
  sticker: ({ node }) => html`<${Picture} node=${node} alt=${t("type.sticker")} look="sticker" />`,
  audio: ({ node }) => html`<${Sound} node=${node} />`,
  video: ({ node }) => html`<${Film} node=${node} /><${Caption} node=${node} />`,
  document: ({ node }) => html`<${FileName} node=${node} label=${t("type.document")} /><${Caption} node=${node} />`,
  location: ({ node }) => html`<${Place} node=${node} />`,
  contacts: ({ node }) => html`<${Cards} payload=${node} />`,
  interactive: ({ node, answer }) => html`<${Interactive} node=${node} answer=${answer} />`,
  button: ({ message }) => html`<p class="words">${message.payload.text ?? message.text}</p>`,
  template: ({ message, answer }) => html`<${Template} message=${message} answer=${answer} />`,
  order: ({ node }) => html`<${Order} node=${node} />`,
};

// A type nobody knows here is shown with its name and its node.
function Unknown({ message }) {
  return html`<p class="kind">${word("type", message.type)}</p>
    <pre class="node">${JSON.stringify(message.payload, null, 1)}</pre>`;
}

export function Content({ message, answer, change }) {
  if (change?.revoked) return html`<p class="kind">${t("phone.revoked")}</p>`;
  if (change?.text) {
    return html`<p class="words">${change.text}</p><small class="foot">${t("phone.edited")}</small>`;
  }
  const Shown = BY_TYPE[message.type] ?? Unknown;
  return html`<${Shown} message=${message} node=${message.payload ?? {}} answer=${answer} />`;
}

// One line that stands for a message: in quotes and in lists.
export function line(message) {
  if (!message) return t("phone.quote.gone");
  const node = message.payload ?? {};
  if (message.type === "interactive" && node.body) return node.body.text;
  const text = message.text || node.filename;
  return text || word("type", message.type);
}

export function author(message, customer, number) {
  return message.direction === "inbound"
    ? customer.name || phone(customer.key)
    : number?.verified_name ?? t("phone.business");
}
