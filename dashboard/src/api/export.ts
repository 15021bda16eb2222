import { call } from "./call";
import { Unreachable } from "./errors";
import { searched, wanted, type Filter } from "./filter";

/** The export of these orders, its parts joined; `progress` hears of the bytes so far. */
export async function exportOrders(filter: Filter, progress: (bytes: number) => void, signal: AbortSignal) {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let cursor: string | null = null;
  do {
    const answer: Response = await call(`/operations/orders.csv?${wanted(filter, null, cursor).toString()}`, {
      headers: searched(filter),
      signal,
      patient: true,
    });
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
