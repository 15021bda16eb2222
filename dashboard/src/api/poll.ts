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

/** Asked every `ms`; after a failure, after as long again as nothing was heard. */
export const pause = (ms: number, { state }: Asked) => {
  if (state.status !== "error") return ms;
  const silence = Date.now() - (state.dataUpdatedAt || state.errorUpdatedAt);
  return Math.min(LONGEST_PAUSE_MS, Math.max(ms, silence));
};

interface Asked {
  state: { status: string; dataUpdatedAt: number; errorUpdatedAt: number };
}

/** Since when what is on the screen may be out of date: null while it is not, 0 where nothing was ever heard. */
export function useStaleSince(): number | null {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => {
      const silent = cache.getAll().filter((query) => query.isActive() && isPassing(query.state.error));
      return silent.length ? Math.min(...silent.map((query) => query.state.dataUpdatedAt)) : null;
    },
  );
}
