/** Who is signed in: in memory only, so that a reload or a closed tab ends it. */

import { useSyncExternalStore } from "react";

export interface Tokens {
  /** What the API wants to see. */
  id: string;
  /** When `id` ends, in milliseconds since 1970. */
  until: number;
  /** Fetches the next tokens; throws `SessionEnded` where there are no more. */
  renew: () => Promise<Tokens>;
  /** Makes them worthless to whoever else may have them. */
  revoke: () => Promise<void>;
}

export class SessionEnded extends Error {}

const RENEW_BEFORE_MS = 60_000;

let tokens: Tokens | null = null;
let renewal: Promise<void> | null = null;
const listeners = new Set<() => void>();

export const beginSession = (begun: Tokens) => {
  change(begun);
};
/** End the session; given an id token, only the session that has it: a late refusal does not end the next one. */
export const endSession = (id = tokens?.id) => {
  if (tokens?.id === id) change(null);
};
/** End the session here, and at whoever gave its tokens. */
export const signOut = async () => {
  const ending = tokens;
  change(null);
  await ending?.revoke();
};

export const useSignedIn = () => useSyncExternalStore(listen, () => tokens !== null);

/** Renewed shortly before it ends; every call asks for it, so a page that polls never sees it end. */
export async function idToken(): Promise<string | null> {
  if (tokens && tokens.until - Date.now() < RENEW_BEFORE_MS) {
    renewal ??= renew(tokens).finally(() => (renewal = null));
    await renewal;
  }
  return tokens?.id ?? null;
}

async function renew(ending: Tokens) {
  try {
    const next = await ending.renew();
    // Who signed out meanwhile stays so.
    if (tokens === ending) change(next);
  } catch (error) {
    if (error instanceof SessionEnded) endSession();
    else if (ending.until < Date.now()) throw error;
  }
}

function change(to: Tokens | null) {
  tokens = to;
  listeners.forEach((listener) => {
    listener();
  });
}

function listen(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
