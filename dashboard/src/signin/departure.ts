/** What has to outlive the way to Cognito and back. It holds no token, and is removed on arrival. */

const KEY = "signin";

export interface Departure {
  state: string;
  verifier: string;
  /** The screen to come back to. */
  hash: string;
}

export const keep = (departure: Departure) => {
  sessionStorage.setItem(KEY, JSON.stringify(departure));
};

export function take(): Departure | null {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return kept ? (JSON.parse(kept) as Departure) : null;
}
