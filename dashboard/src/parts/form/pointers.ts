/** Reads and writes a draft by JSON pointer (RFC 6901), as the server names its fields. */

import type { Draft, Value } from "./draft";

const steps = (pointer: string) => pointer.split("/").slice(1);

export const at = (draft: Draft, pointer: string): Value | undefined =>
  steps(pointer).reduce<Value | undefined>(partOf, draft);

/** The draft with another value there. What leads to it is made if it is missing. */
export const put = (draft: Draft, pointer: string, value: Value) => withValue(draft, steps(pointer), value) as Draft;

function withValue(whole: Value | undefined, [step, ...further]: string[], value: Value): Value {
  if (step === undefined) return value;
  const part = withValue(partOf(whole, step), further, value);
  if (Array.isArray(whole)) return whole.with(Number(step), part);
  return { ...(typeof whole === "object" ? whole : {}), [step]: part };
}

function partOf(whole: Value | undefined, step: string): Value | undefined {
  if (Array.isArray(whole)) return whole[Number(step)];
  return typeof whole === "object" ? whole[step] : undefined;
}

/** Whether a pointer leads to this place or to something in it. */
export const isWithin = (pointer: string, place: string) => pointer === place || pointer.startsWith(`${place}/`);
