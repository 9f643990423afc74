// What a customer can send: a table of types with their fields.
import { newMobile, newUserId } from "./format.js";

// kind: how the field is asked for. build: fields -> body of the control API.
export const TYPES = {
  image: { fields: [["file", "file"], ["caption", "text"]], accept: "image/*" },
  audio: { fields: [["file", "file"]], accept: "audio/*" },
  video: { fields: [["file", "file"], ["caption", "text"]], accept: "video/*" },
  document: { fields: [["file", "file"], ["filename", "text"], ["caption", "text"]], accept: "" },
  sticker: { fields: [["file", "file"]], accept: "image/webp" },
  location: {
    fields: [
      ["latitude", "number", "4.6097"],
      ["longitude", "number", "-74.0817"],
      ["name", "text", "Plaza de Bol\u00edvar"],
      ["address", "text", "Bogot\u00e1"],
    ],
  },
  contacts: {
    fields: [
      ["contact_name", "text", "Luis P\u00e9rez"],
      ["contact_phone", "text", "+57 310 555 0101"],
    ],
    build: ({ contact_name: name, contact_phone: number }) => ({
      contacts: [
        {
          name: { formatted_name: name, first_name: name.split(" ")[0] },
          phones: [{ phone: number, wa_id: number.replace(/\D/g, ""), type: "CELL" }],
        },
      ],
    }),
  },
  order: {
    fields: [
      ["product", "text", "SKU-1"],
      ["quantity", "number", "1"],
      ["price", "number", "25000"],
      ["text", "text", ""],
    ],
    build: ({ product, quantity, price, text }) => ({
      order: {
        ...(text ? { text } : {}),
        product_items: [
          {
            product_retailer_id: product,
            quantity: Number(quantity),
            item_price: Number(price),
            currency: "COP",
          },
        ],
      },
    }),
  },
  button: {
    fields: [
      ["text", "text", "S\u00ed"],
      ["payload", "text", "SI"],
    ],
  },
  system: { fields: [["wa_id", "text", () => newMobile(new Set())]] },
  user_changed_user_id: { fields: [["user_id", "text", newUserId]] },
  customer_identity_changed: { fields: [] },
  unsupported: { fields: [] },
  json: { fields: [["json", "json", '{\n  "type": "text",\n  "text": {"body": "hola"}\n}']] },
};

const NUMERIC = ["latitude", "longitude"];

export function startOf(type) {
  return Object.fromEntries(
    TYPES[type].fields
      .filter(([, kind]) => kind !== "file")
      .map(([name, , start = ""]) => [name, typeof start === "function" ? start() : start]),
  );
}

function plain(fields) {
  const kept = Object.entries(fields).filter(([, value]) => value !== "");
  return Object.fromEntries(
    kept.map(([name, value]) => [name, NUMERIC.includes(name) ? Number(value) : value]),
  );
}

// The body of POST /_sim/customers/{key}/messages: an object, or a form with a file.
export function bodyOf(type, fields, file, common) {
  if (type === "json") return { ...common, ...JSON.parse(fields.json) };
  const { build } = TYPES[type];
  const body = { type, ...common, ...(build ? build(fields) : plain(fields)) };
  if (!file) return body;
  const form = new FormData();
  form.append("json", JSON.stringify(body));
  form.append("file", file, fields.filename || file.name);
  return form;
}
