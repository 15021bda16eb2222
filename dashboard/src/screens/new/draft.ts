/** An order while it is written. It has the shape of the body, with texts as the fields hold them, right or wrong. */

import type { PostedOrder } from "../../api/types";
import { makeStore } from "../../parts/store";

/** An order with all that it needs, or less; its currency may be one that there is not. */
type Example = Partial<Omit<PostedOrder, "currency">> & { currency?: string | null };

export type Value = string | boolean | Value[] | Draft;

export interface Draft {
  [field: string]: Value;
}

/** Not `randomUUID`, which a page that came without TLS does not have. */
export const someId = () => `try-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? ""}`;

export const newDraft = (): Draft => ({ orderId: someId() });

/** An order with an id of its own, as the fields show it. */
export const draftOf = (order: Example): Draft => ({ orderId: someId(), ...(written(order) as Draft) });

function written(value: unknown): Value {
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

/** It stays while its operator looks at something else, until it was accepted. */
export const draft = makeStore(newDraft());
let accepted: Draft | null = null;

export const noteAccepted = (posted: Draft) => {
  accepted = posted;
};

export const renewIfAccepted = () => {
  if (draft.get() === accepted) forgetDraft();
};

export const forgetDraft = () => {
  accepted = null;
  draft.set(newDraft());
};

/** The body to post. An empty field is left out; the name is not, for it is required: the server says so. */
export const bodyOf = (order: Draft) => ({ customerName: "", ...(posted(order) as object) });

/** Fields that are not texts, and are written as one of several lines. */
const PARSED: Record<string, (text: string) => unknown> = { lines: (text) => text.split("\n"), metadata: metadataOf };

function posted(value: Value, name = ""): unknown {
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
