import { createContext, use } from "react";
import type { WrongField } from "../../api/types";
import { isFilled, type Draft, type Value } from "./draft";
import { at, isWithin, put } from "./pointers";

/** The order that is written, and what the server found wrong in it. */
interface Form {
  draft: Draft;
  change: (draft: Draft) => void;
  wrong: WrongField[];
}

export const FormContext = createContext<Form>({ draft: {}, change: () => undefined, wrong: [] });

/** A field of the order: its value, how to change it, and what is wrong in it. */
export function useField(pointer: string) {
  const { draft, change, wrong } = use(FormContext);
  return {
    value: at(draft, pointer),
    set: (value: Value) => {
      change(put(draft, pointer, value));
    },
    wrong: details(wrong.filter((each) => isWithin(each.pointer, pointer))),
  };
}

/** What is wrong with a part as a whole, and not with one of its fields. */
export const useWrongPart = (pointer: string) =>
  details(use(FormContext).wrong.filter((each) => each.pointer === pointer));

/** Whether any of these fields is filled, or wrong. */
export function useIsOfInterest(pointers: string[]) {
  const { draft, wrong } = use(FormContext);
  return pointers.some(
    (pointer) => isFilled(at(draft, pointer)) || wrong.some((each) => isWithin(each.pointer, pointer)),
  );
}

const details = (wrong: WrongField[]) => wrong.map((each) => each.detail).join("; ");
