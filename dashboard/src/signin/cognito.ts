/** Authorization code with PKCE at Cognito's own pages (RFC 6749, RFC 7636), without a secret. */

import type { CognitoLogin } from "../api/config";
import { Unreachable } from "../api/errors";
import { keep, take, type Departure } from "./departure";
import { challengeOf, randomText } from "./pkce";
import { beginSession, SessionEnded, type Tokens } from "./session";

/** The page's address as Cognito knows it, by whichever of its names it was opened. */
const here = () => location.origin + location.pathname.replace(/index\.html$/, "");

const PATIENCE_MS = 10_000;

export async function leaveToSignIn({ domain, clientId }: CognitoLogin) {
  const departure = { state: randomText(), verifier: randomText(), hash: location.hash };
  keep(departure);
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: here(),
    scope: "openid",
    state: departure.state,
    code_challenge: await challengeOf(departure.verifier),
    code_challenge_method: "S256",
  });
  location.assign(`${domain}/oauth2/authorize?${query.toString()}`);
}

/** What Cognito sent along, and what was kept for it. */
export interface Arrival {
  answer: URLSearchParams;
  departure: Departure | null;
}

/** The return from a sign-in, if this page load is one. Its code leaves the address bar and the history. */
export function landed(): Arrival | null {
  const answer = new URLSearchParams(location.search);
  if (!answer.has("code") && !answer.has("error")) return null;
  const departure = take();
  history.replaceState(null, "", here() + (departure?.hash ?? ""));
  return { answer, departure };
}

/** Finish the sign-in. Throws where it went wrong. */
export async function arrive(login: CognitoLogin, { answer, departure }: Arrival) {
  if (!departure || answer.get("state") !== departure.state) throw new Error("state");
  const code = answer.get("code");
  if (!code) throw new Error(answer.get("error_description") ?? answer.get("error") ?? "");
  const { verifier } = departure;
  beginSession(
    await exchange(login, { grant_type: "authorization_code", code, redirect_uri: here(), code_verifier: verifier }),
  );
}

export function leaveToSignOut({ domain, clientId }: CognitoLogin) {
  const query = new URLSearchParams({ client_id: clientId, logout_uri: here() });
  location.assign(`${domain}/logout?${query.toString()}`);
}

interface TokenAnswer {
  id_token: string;
  refresh_token?: string;
  expires_in: number;
}

async function exchange(login: CognitoLogin, grant: Record<string, string>): Promise<Tokens> {
  const answer = await post(login, "token", grant);
  if (answer.status >= 500 || answer.status === 429) throw new Unreachable(`HTTP ${answer.status}`);
  if (!answer.ok) throw new SessionEnded();
  const tokens = (await answer.json()) as TokenAnswer;
  // A renewal brings no new refresh token unless Cognito rotates them.
  const refresh = tokens.refresh_token ?? grant.refresh_token;
  return {
    id: tokens.id_token,
    until: Date.now() + tokens.expires_in * 1000,
    renew: () =>
      refresh
        ? exchange(login, { grant_type: "refresh_token", refresh_token: refresh })
        : Promise.reject(new SessionEnded()),
    revoke: async () => {
      if (refresh) await post(login, "revoke", { token: refresh }).catch(() => null);
    },
  };
}

const post = ({ domain, clientId }: CognitoLogin, what: "token" | "revoke", form: Record<string, string>) =>
  fetch(`${domain}/oauth2/${what}`, {
    method: "POST",
    body: new URLSearchParams({ ...form, client_id: clientId }),
    credentials: "omit",
    // The page may be left meanwhile: who signs out is sent on to Cognito at once.
    keepalive: true,
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: unknown) => {
    throw new Unreachable(String(error));
  });
