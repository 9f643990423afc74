// A journal entry as a command. The token is a placeholder: a ticket may be public.

export const TOKEN = "$WA_TOKEN";

function quoted(text) {
  return `'${String(text).replaceAll("'", "'\\''")}'`;
}

// The call as the business made it, to this simulator's address.
export function curlOf(entry, base) {
  const query = new URLSearchParams(entry.query ?? {});
  query.delete("access_token");
  const tail = query.size ? `?${query}` : "";
  const parts = [`curl -sS -X ${entry.method} ${quoted(base + entry.path + tail)}`];
  parts.push(`  -H "Authorization: Bearer ${TOKEN}"`);
  const body = entry.request;
  const empty = body === null || body === undefined || Object.keys(body).length === 0;
  if (!empty) {
    parts.push("  -H 'Content-Type: application/json'");
    parts.push(`  -d ${quoted(typeof body === "string" ? body : JSON.stringify(body))}`);
  }
  return parts.join(" \\\n");
}

// A delivery: the exact bytes with the headers they had, signature and all.
export function curlOfWebhook(delivery) {
  const parts = [`curl -sS -X POST ${quoted(delivery.url)}`];
  for (const [name, value] of Object.entries(delivery.headers)) {
    if (name.toLowerCase() !== "accept-encoding") parts.push(`  -H ${quoted(`${name}: ${value}`)}`);
  }
  parts.push(`  --data-binary ${quoted(delivery.body)}`);
  return parts.join(" \\\n");
}
