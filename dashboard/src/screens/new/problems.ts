import { createContext, use } from "react";
import type { WrongField } from "../../api/types";

/** What the server found wrong, by JSON pointer. */
export const WrongFields = createContext<WrongField[]>([]);

export function useWrong(pointer: string): string {
  return use(WrongFields)
    .filter((wrong) => wrong.pointer === pointer)
    .map((wrong) => wrong.detail)
    .join("; ");
}
