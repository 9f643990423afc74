// A template as the phone shows it: its components with the parameters filled in.
import { state } from "./store.js";

export function templateOf(message) {
  const waba = state.world.numbers.find((each) => each.id === message.number)?.waba_id;
  const { name, language } = message.payload;
  return state.world.templates.find(
    (each) =>
      each.waba_id === waba && each.name === name && each.language === language?.code,
  );
}

function shown(parameter) {
  if (!parameter) return "";
  if (typeof parameter.text === "string") return parameter.text;
  return parameter.currency?.fallback_value ?? parameter.date_time?.fallback_value ?? "";
}

function fill(text, parameters) {
  return (text ?? "").replace(/\{\{(\w+)\}\}/g, (whole, name) => {
    const found =
      parameters.find((each) => each.parameter_name === name) ?? parameters[Number(name) - 1];
    return found ? shown(found) : whole;
  });
}

function given(message, type) {
  const parts = message.payload.components ?? [];
  return parts.find((each) => each.type?.toLowerCase() === type)?.parameters ?? [];
}

function buttonOf(button, index, message) {
  const sent = (message.payload.components ?? []).find(
    (each) => each.type?.toLowerCase() === "button" && Number(each.index) === index,
  );
  const kind = button.type?.toUpperCase();
  const payload = sent?.parameters?.[0]?.payload ?? button.text;
  return { text: button.text, kind, payload, url: button.url };
}

// {header, media, body, footer, buttons}: what there is to show.
export function rendered(message) {
  const template = templateOf(message);
  if (!template) return { body: message.text ?? message.payload.name, buttons: [] };
  const part = (type) => template.components.find((each) => each.type?.toUpperCase() === type);
  const header = part("HEADER");
  const media = given(message, "header").find((each) => each.image || each.video || each.document);
  const buttons = part("BUTTONS")?.buttons ?? [];
  return {
    header: header?.format === "TEXT" ? fill(header.text, given(message, "header")) : null,
    media: media ? { kind: media.type, node: media[media.type] } : null,
    body: fill(part("BODY")?.text, given(message, "body")) || message.text,
    footer: part("FOOTER")?.text,
    buttons: buttons.map((each, index) => buttonOf(each, index, message)),
  };
}
