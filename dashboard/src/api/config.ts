/** What the server that this page came from says about itself, in the `config.json` beside it. */

export interface CognitoLogin {
  /** With its scheme: `https://….amazoncognito.com`. */
  domain: string;
  clientId: string;
}

export interface Config {
  /** The prefix of every path of the API: "." for the folder that the page came from. */
  api: string;
  login: "none" | "key" | CognitoLogin;
}

const PATIENCE_MS = 10_000;

let config: Config = { api: "", login: "none" };

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("config.json", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`config.json: HTTP ${answer.status}`);
  config = (await answer.json()) as Config;
  return config;
}

export const currentConfig = () => config;
