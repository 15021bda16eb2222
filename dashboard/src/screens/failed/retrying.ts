/** Retries many orders or documents, by the ids of their rows, a few at once; it goes on while other screens are looked at. */

import { isPassing, Refused } from "../../api/errors";
import { listOrders, retry as retryRow } from "../../api/orders";
import { queries } from "../../api/poll";
import { FAILED } from "../../api/queries";
import type { OrderList } from "../../api/types";
import { makeStore } from "../../parts/store";

const AT_ONCE = 4;
const TRIES = 5;
const PAUSE_MS = 2000;
/** Only so many refusals are kept to be shown; the others are counted. */
const MOST_REFUSALS = 100;

export interface Progress {
  all: number;
  retried: number;
  refused: number;
  refusals: { rowId: string; error: unknown }[];
  /** Why the list of them could not be read to its end. */
  failure: unknown;
  isRunning: boolean;
}

/** One run; another one does not wake what is left of it. */
interface Run {
  stopped: boolean;
}

const progress = makeStore<Progress | null>(null);
let current: Run = { stopped: true };

export const useRetrying = progress.useValue;

export const retry = (rowIds: string[]) => run(each(rowIds), rowIds.length);

/** Also those that are not shown; `all` is how many there are, about. */
export const retryAll = (all: number) => run(everyFailed(), all);

export function stopRetrying() {
  current.stopped = true;
}

/** What was retried, and how it went. */
export function forgetRetrying() {
  current.stopped = true;
  progress.set(null);
}

async function run(rowIds: AsyncIterator<string>, all: number) {
  const mine: Run = { stopped: false };
  current.stopped = true;
  current = mine;
  progress.set({ all, retried: 0, refused: 0, refusals: [], failure: null, isRunning: true });
  const work = async () => {
    for (let next = await rowIds.next(); !next.done && !mine.stopped; next = await rowIds.next()) {
      const error = await retried(next.value, mine);
      if (current === mine) count(next.value, error);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  const failure: unknown = ended.find((worker) => worker.status === "rejected")?.reason ?? null;
  const done = progress.get();
  if (done && current === mine) progress.set({ ...done, failure, isRunning: false });
  await queries.invalidateQueries();
}

function count(rowId: string, error: unknown) {
  const before = progress.get();
  if (!before) return;
  if (error === null) progress.set({ ...before, retried: before.retried + 1 });
  else {
    const refusals = [...before.refusals, { rowId, error }].slice(0, MOST_REFUSALS);
    progress.set({ ...before, refused: before.refused + 1, refusals });
  }
}

/** Null, or why not. What may pass is waited for. */
async function retried(rowId: string, mine: Run): Promise<unknown> {
  let calls = 0;
  try {
    await patiently(() => {
      calls++;
      return retryRow(rowId);
    }, mine);
    return null;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) mine.stopped = true;
    // A call whose answer was lost has done it, where the order can't be retried any more.
    return calls > 1 && isNotRetryable(error) ? null : error;
  }
}

const isNotRetryable = (error: unknown) => error instanceof Refused && error.problem.type.endsWith(":not-retryable");

const isOver = (run: Run) => run.stopped;

async function patiently<T>(work: () => Promise<T>, mine: Run): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || !left || isOver(mine)) throw error;
      await new Promise((go) => setTimeout(go, PAUSE_MS));
      // Another operator may have signed in meanwhile.
      if (isOver(mine)) throw error;
    }
  }
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* each(rowIds: string[]) {
  yield* rowIds;
}

/** One that fails again stays behind the cursor: it is not retried twice. */
async function* everyFailed() {
  let cursor: string | null = null;
  do {
    const from: string | null = cursor;
    const page: OrderList = await patiently(() => listOrders(FAILED, 100, from), current);
    yield* page.orders.map((order) => order.orderId);
    cursor = page.cursor ?? null;
  } while (cursor);
}
