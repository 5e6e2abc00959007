// Reads events with the official CloudEvents SDK, as a consumer in JavaScript would.
import { readFile } from "node:fs/promises";
import { HTTP } from "cloudevents";

const files = process.argv.slice(2);
for (const file of files) {
  const body = await readFile(file, "utf8");
  const event = HTTP.toEvent({
    headers: { "content-type": "application/cloudevents+json; charset=utf-8" },
    body,
  });
  const sent = JSON.parse(body);
  for (const [name, value] of Object.entries(sent)) {
    const read = JSON.stringify(event[name]);
    // The SDK turns `time` into a date of its own and back, with milliseconds only.
    const same = name === "time" ? Math.abs(Date.parse(event.time) - Date.parse(value)) < 1 : read === JSON.stringify(value);
    if (!same) throw new Error(`${file}: ${name} was sent as ${JSON.stringify(value)} and read as ${read}`);
  }
  event.validate();
}
console.log(`${files.length} events read`);
