import { useSyncExternalStore } from "react";

/** A value of the whole page, and a hook that draws again when it changes. */
export function makeStore<T>(value: T) {
  const listeners = new Set<() => void>();
  const get = () => value;
  const listen = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const set = (to: T) => {
    value = to;
    listeners.forEach((listener) => {
      listener();
    });
  };
  return { get, set, useValue: () => useSyncExternalStore(listen, get) };
}
