import { call } from "./call";
import { query } from "./documents";
import { Unreachable } from "./errors";
import { searched, wanted, type Filter } from "./filter";

/** Hears of the bytes so far. */
export type Listener = (bytes: number) => void;

/** The export of these orders. */
export const exportOrders = (filter: Filter, progress: Listener, signal: AbortSignal) =>
  joined((cursor) => `/operations/orders.csv?${wanted(filter, null, cursor).toString()}`, searched(filter), progress, signal);

/** The export of a series of the register. */
export const exportRegister = (series: string, progress: Listener, signal: AbortSignal) =>
  joined((cursor) => `/operations/register.csv?${query({ series, cursor })}`, {}, progress, signal);

/** A whole export from its parts. */
async function joined(
  path: (cursor: string | null) => string,
  headers: Record<string, string>,
  progress: Listener,
  signal: AbortSignal,
) {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let cursor: string | null = null;
  do {
    const answer: Response = await call(path(cursor), { headers, signal, patient: true });
    for await (const piece of piecesOf(answer)) {
      pieces.push(piece);
      bytes += piece.length;
      progress(bytes);
    }
    cursor = answer.headers.get("Next-Cursor");
  } while (cursor);
  return new Blob(pieces, { type: "text/csv" });
}

async function* piecesOf(answer: Response) {
  const reader = answer.body?.getReader();
  const read = () =>
    reader?.read().catch((error: unknown) => {
      throw new Unreachable(String(error));
    });
  for (let piece = await read(); piece && !piece.done; piece = await read()) yield piece.value;
}
