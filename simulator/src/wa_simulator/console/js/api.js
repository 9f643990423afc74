// Calls of the control API. An answer that is no success becomes an Error with the
// server's own words.
import { note } from "./notes.js";

const BASE = "/_sim";

async function words(response) {
  const text = await response.text();
  try {
    const answer = JSON.parse(text);
    const error = answer.error ?? answer;
    return error.message ?? error.detail ?? text;
  } catch {
    return text || `${response.status} ${response.statusText}`;
  }
}

async function checked(response) {
  if (!response.ok) throw new Error(await words(response));
  return response;
}

export async function call(method, path, body) {
  const init = { method };
  if (body instanceof FormData) {
    init.body = body;
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const response = await checked(await fetch(BASE + path, init));
  return response.json();
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);

export async function upload(path, file) {
  const init = { method: "POST", body: await file.text(), headers: { "Content-Type": "application/x-ndjson" } };
  return (await checked(await fetch(BASE + path, init))).json();
}

// A call of the business, as any client makes it: it stands in the journal too.
export async function graph(method, path, token, body) {
  const response = await fetch(`/v23.0/${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return (await checked(response)).json();
}

export async function download(path, name) {
  const response = await checked(await fetch(BASE + path));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Do something and tell the person how it went; undefined when it failed.
export async function act(work, done) {
  try {
    const answer = await work();
    if (done) note(done);
    return answer ?? true;
  } catch (error) {
    note(error.message, "error");
    return undefined;
  }
}

export const path = encodeURIComponent;
