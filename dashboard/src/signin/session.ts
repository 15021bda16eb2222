/** Who is signed in: in memory only, so that a reload or a closed tab ends it. */

import { beginEntries } from "../location";
import { makeStore } from "../parts/store";

export interface Tokens {
  /** What the API wants to see. */
  id: string;
  /** When `id` ends, in milliseconds since 1970. */
  until: number;
  /** Fetches the next tokens; throws `SessionEnded` where there are no more. */
  renew: () => Promise<Tokens>;
  /** Makes them worthless to whoever else may have them; nobody waits for it. */
  revoke: () => Promise<void>;
}

export class SessionEnded extends Error {}

const RENEW_BEFORE_MS = 60_000;

const session = makeStore<Tokens | null>(null);
/** Whether the last session ended without its operator's doing. */
const lost = makeStore(false);
let renewal: Promise<void> | null = null;

/** This page in other tabs: who signs out in one is out in all. */
const others = new BroadcastChannel("sign-out");
others.onmessage = () => {
  end();
};

export const beginSession = (begun: Tokens) => {
  lost.set(false);
  beginEntries();
  session.set(begun);
};

/** The API takes this token no more; a late answer does not end the next session. */
export const endSession = (id: string) => {
  if (session.get()?.id !== id) return;
  lost.set(true);
  session.set(null);
};

/** End the session here, in the operator's other tabs, and at whoever gave its tokens. */
export const signOut = () => {
  others.postMessage(null);
  end();
};

function end() {
  void session.get()?.revoke();
  session.set(null);
}

export const useSignedIn = () => session.useValue() !== null;
export const useIsLost = lost.useValue;

/** Renewed shortly before it ends; every call needs it, so a page that polls never sees it end. */
export async function idToken(): Promise<string | null> {
  const tokens = session.get();
  if (tokens && tokens.until - Date.now() < RENEW_BEFORE_MS) {
    renewal ??= renew(tokens).finally(() => (renewal = null));
    await renewal;
  }
  return session.get()?.id ?? null;
}

async function renew(ending: Tokens) {
  try {
    const next = await ending.renew();
    // Who signed out meanwhile stays so.
    if (session.get() === ending) session.set(next);
  } catch (error) {
    if (error instanceof SessionEnded) endSession(ending.id);
    else if (ending.until < Date.now()) throw error;
  }
}
