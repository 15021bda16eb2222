/** A body while it is written: it has the body's shape, with texts as the fields hold them, right or wrong. */

export type Value = string | boolean | Value[] | Draft;

export interface Draft {
  [field: string]: Value;
}

/** A body, or a part of it, as the fields show it. */
export function written(value: unknown): Value {
  if (Array.isArray(value)) return value.every((each) => typeof each === "string") ? value.join("\n") : value.map(written);
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([name, each]) => [name, name === "metadata" ? linesOf(each as Record<string, string>) : written(each)]),
  );
}

/** Metadata is a text of lines such as `channel: web`. */
const linesOf = (metadata: Record<string, string>) => Object.entries(metadata).map((entry) => entry.join(": ")).join("\n");

function metadataOf(text: string) {
  const lines = text.split("\n").filter((line) => line.trim());
  return Object.fromEntries(lines.map((line) => line.split(/:(.*)/, 2)).map(([name = "", value = ""]) => [name, value]));
}

/** Fields that are not texts, and are written as one of several lines. */
const PARSED: Record<string, (text: string) => unknown> = { lines: (text) => text.split("\n"), metadata: metadataOf };

/** What is written, as a body. An empty field is left out. */
export function posted(value: Value, name = ""): unknown {
  if (typeof value === "string") return value && (PARSED[name]?.(value) ?? value);
  if (typeof value === "boolean") return value;
  // The place of a part is in the pointers of what is wrong with it: a part is kept, even if nothing is in it.
  if (Array.isArray(value)) return value.map((part) => posted(part));
  const fields = Object.entries(value).map(([field, each]) => [field, posted(each, field)] as const);
  return Object.fromEntries(fields.filter(([, each]) => isFilled(each)));
}

/** Whether a field says anything. */
export const isFilled = (value: unknown) =>
  typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value);
