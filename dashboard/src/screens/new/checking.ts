import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { isPassing } from "../../api/errors";
import { checkOrder } from "../../api/orders";
import { pause } from "../../api/poll";
import type { Draft } from "../../parts/form/draft";
import { useSettled } from "../../parts/settled";
import { bodyOf } from "./draft";
import { finishedKey, isWithoutKey, refusedKey } from "./key";

/** After so long, what did not reach the server is checked again. */
const SOON_MS = 2000;

/** What the server says to the order as it is written. Nothing is stored. */
export function useCheck(draft: Draft) {
  const body = useSettled(isBegun(draft) ? JSON.stringify(bodyOf(draft)) : "");
  const key = finishedKey.useValue();
  const isRefused = refusedKey.useValue() === key;
  const { data, error } = useQuery({
    queryKey: ["checked order", body],
    queryFn: ({ signal }) => check(body, key, signal),
    enabled: body !== "" && !isRefused,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    refetchInterval: (query) => isPassing(query.state.error) && pause(SOON_MS, query),
  });
  const checked = isBegun(draft) && !isRefused ? data : undefined;
  return { checked: checked?.checked ?? null, wrong: checked?.wrong ?? [], error: isRefused ? null : error, isRefused };
}

/** It has more than the id that it began with. */
const isBegun = (draft: Draft) => Object.keys(draft).length > 1;

async function check(body: string, key: string, signal: AbortSignal) {
  try {
    return await checkOrder(JSON.parse(body), key, signal);
  } catch (error) {
    if (isWithoutKey(error)) refusedKey.set(key);
    throw error;
  }
}
