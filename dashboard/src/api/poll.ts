import { useSyncExternalStore } from "react";
import { QueryClient, useQueryClient, type Query } from "@tanstack/react-query";
import { isPassing } from "./errors";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What left the screen is forgotten soon: memory stays bounded however long the page is open.
      gcTime: 10_000,
      retry: false,
      networkMode: "always",
      refetchOnReconnect: true,
    },
    mutations: { networkMode: "always" },
  },
});

const LONGEST_PAUSE_MS = 30_000;

interface Asked {
  state: { status: string; dataUpdatedAt: number; errorUpdatedAt: number; errorUpdateCount: number };
}

/**
 * Asked every `ms`; after a failure, after as long again as nothing was heard.
 *
 * The same whenever it is asked between two answers: a pause that changed would begin anew each time.
 */
export const pause = (ms: number, { state }: Asked) => {
  if (state.status !== "error") return ms;
  const silence = state.dataUpdatedAt ? state.errorUpdatedAt - state.dataUpdatedAt : ms * 2 ** (state.errorUpdateCount - 1);
  return Math.min(LONGEST_PAUSE_MS, Math.max(ms, silence));
};

/** Of those that were never answered: TanStack forgets with each new attempt why the last one failed. */
const lastErrors = new WeakMap<object, Error>();

/** What was there once and is refused now is no less out of date. */
function isSilent(query: Query): boolean {
  const { error, dataUpdatedAt } = query.state;
  if (dataUpdatedAt) return error !== null;
  if (error) lastErrors.set(query, error);
  return isPassing(error ?? lastErrors.get(query));
}

/** Since when what is on the screen may be out of date: null while it is not, 0 where nothing was ever heard. */
export function useStaleSince(): number | null {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => {
      const silent = cache.getAll().filter((query) => query.isActive() && isSilent(query));
      const heard = silent.map((query) => query.state.dataUpdatedAt).filter((at) => at > 0);
      return silent.length ? Math.min(...(heard.length ? heard : [0])) : null;
    },
  );
}
