import { endSession, idToken } from "../signin/session";
import { currentConfig } from "./config";
import { Refused, refusal, Unreachable } from "./errors";

/** Data that is only shown is requested again soon. */
const PATIENCE_MS = 10_000;
/** Longer than API Gateway lets a call take: what changes something is given up late, for then nobody knows. */
const LONG_PATIENCE_MS = 30_000;

export interface Call {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether the answer may take long to begin. */
  patient?: boolean;
  signal?: AbortSignal;
}

/** A call as the signed-in operator. Throws `Refused` or `Unreachable`; a 401 ends the session. */
export async function call(path: string, wanted: Call = {}): Promise<Response> {
  const token = await idToken();
  try {
    return await callAs(token ? { Authorization: `Bearer ${token}` } : {}, path, wanted);
  } catch (error) {
    if (error instanceof Refused && error.status === 401 && token) endSession(token);
    throw error;
  }
}

/** A call as whom these headers say. Throws `Refused` or `Unreachable`. */
export async function callAs(identity: Record<string, string>, path: string, wanted: Call = {}): Promise<Response> {
  const headers = headersOf({ ...wanted.headers, ...(wanted.body ? { "Content-Type": "application/json" } : {}), ...identity });
  const limit = new AbortController();
  const timer = setTimeout(
    () => {
      limit.abort();
    },
    (wanted.method ?? "GET") !== "GET" || wanted.patient ? LONG_PATIENCE_MS : PATIENCE_MS,
  );
  const asked = fetch(currentConfig().api + path, {
    method: wanted.method ?? "GET",
    headers,
    body: wanted.body ? JSON.stringify(wanted.body) : null,
    signal: wanted.signal ? AbortSignal.any([wanted.signal, limit.signal]) : limit.signal,
    cache: "no-store",
    credentials: "omit",
  });
  const answer = await asked.catch((error: unknown) => {
    throw wanted.signal?.aborted ? error : new Unreachable(String(error));
  });
  // A spreadsheet may be long, and comes as slowly as it comes.
  if (answer.headers.get("content-type")?.startsWith("text/csv")) clearTimeout(timer);
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** A key with letters that no header can carry is nobody's. */
function headersOf(wanted: Record<string, string>): Headers {
  try {
    return new Headers(wanted);
  } catch {
    throw new Refused(403, { type: "urn:orders:problem:forbidden", title: "Forbidden", detail: "", status: 403 });
  }
}
