/** Retries many orders, a few at once; it goes on while other screens are looked at. */

import { useSyncExternalStore } from "react";
import { isPassing, Refused } from "../../api/errors";
import { listOrders, retryOrder } from "../../api/orders";
import { queries } from "../../api/poll";
import { FAILED } from "../../api/queries";
import type { OrderList } from "../../api/types";

const AT_ONCE = 4;
const TRIES = 5;
const PAUSE_MS = 2000;
/** Only so many refusals are kept to be shown; the others are counted. */
const MOST_REFUSALS = 100;

export interface Progress {
  all: number;
  retried: number;
  refused: number;
  refusals: { orderId: string; why: string }[];
  /** Why the list of them could not be read to its end. */
  failure: unknown;
  isRunning: boolean;
}

/** One run; another one does not wake what is left of it. */
interface Run {
  stopped: boolean;
}

let progress: Progress | null = null;
let current: Run = { stopped: true };
const listeners = new Set<() => void>();

export const useRetrying = () => useSyncExternalStore(listen, () => progress);

export const retry = (orderIds: string[]) => run(each(orderIds), orderIds.length);

/** Also those that are not shown; `all` is how many there are, about. */
export const retryAll = (all: number) => run(everyFailed(), all);

export function stopRetrying() {
  current.stopped = true;
}

async function run(orderIds: AsyncIterator<string>, all: number) {
  const mine: Run = { stopped: false };
  current.stopped = true;
  current = mine;
  tell({ all, retried: 0, refused: 0, refusals: [], failure: null, isRunning: true });
  const work = async () => {
    for (let next = await orderIds.next(); !next.done && !mine.stopped; next = await orderIds.next()) {
      const why = await retried(next.value, mine);
      if (current === mine) count(next.value, why);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  const failure: unknown = ended.find((worker) => worker.status === "rejected")?.reason ?? null;
  if (progress && current === mine) tell({ ...progress, failure, isRunning: false });
  await queries.invalidateQueries();
}

function count(orderId: string, why: string | null) {
  if (!progress) return;
  if (why === null) tell({ ...progress, retried: progress.retried + 1 });
  else {
    const refusals = [...progress.refusals, { orderId, why }].slice(0, MOST_REFUSALS);
    tell({ ...progress, refused: progress.refused + 1, refusals });
  }
}

/** Null, or why not. What may pass is waited for. */
async function retried(orderId: string, mine: Run): Promise<string | null> {
  let calls = 0;
  try {
    await patiently(() => {
      calls++;
      return retryOrder(orderId);
    }, mine);
    return null;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) mine.stopped = true;
    // A call whose answer was lost has done it, where the order can't be retried any more.
    return calls > 1 && isNotRetryable(error) ? null : reason(error);
  }
}

const isNotRetryable = (error: unknown) => error instanceof Refused && error.problem.type.endsWith(":not-retryable");

async function patiently<T>(work: () => Promise<T>, mine: Run): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || !left || mine.stopped) throw error;
      await new Promise((go) => setTimeout(go, PAUSE_MS));
    }
  }
}

const reason = (error: unknown) =>
  error instanceof Refused ? error.problem.detail || error.problem.title : String(error);

// eslint-disable-next-line @typescript-eslint/require-await
async function* each(orderIds: string[]) {
  yield* orderIds;
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

function tell(to: Progress) {
  progress = to;
  listeners.forEach((listener) => {
    listener();
  });
}

function listen(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
