import { useSyncExternalStore } from "react";
import { QueryClient, useQueryClient } from "@tanstack/react-query";
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

/**
 * Asked every `ms`; after a failure, after as long again as nothing was heard.
 *
 * The same whenever it is asked between two answers: a pause that changed would begin anew each time.
 */
export const pause = (ms: number, { state }: Asked) => {
  if (state.status !== "error") return ms;
  const silence = state.errorUpdatedAt - (state.dataUpdatedAt || performance.timeOrigin);
  return Math.min(LONGEST_PAUSE_MS, Math.max(ms, silence));
};

interface Asked {
  state: { status: string; error: Error | null; dataUpdatedAt: number; errorUpdatedAt: number };
}

/** What was there once and is refused now is no less out of date. */
const isSilent = ({ error, dataUpdatedAt }: Asked["state"]) => isPassing(error) || (error !== null && dataUpdatedAt > 0);

/** Since when what is on the screen may be out of date: null while it is not, 0 where nothing was ever heard. */
export function useStaleSince(): number | null {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => {
      const silent = cache.getAll().filter((query) => query.isActive() && isSilent(query.state));
      return silent.length ? Math.min(...silent.map((query) => query.state.dataUpdatedAt)) : null;
    },
  );
}
