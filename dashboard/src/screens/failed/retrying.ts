/** Retries many orders, a few at once; it goes on while other screens are looked at. */

import { useSyncExternalStore } from "react";
import { isPassing, Refused } from "../../api/errors";
import { listOrders, retryOrder } from "../../api/orders";
import { queries } from "../../api/poll";
import { FAILED } from "../../api/queries";

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
  isRunning: boolean;
}

let progress: Progress | null = null;
let stopped = false;
const listeners = new Set<() => void>();

export const useRetrying = () => useSyncExternalStore(listen, () => progress);

export const retry = (orderIds: string[]) => run(each(orderIds), orderIds.length);

/** Also those that are not shown; `all` is how many there are, about. */
export const retryAll = (all: number) => run(everyFailed(), all);

export function stopRetrying() {
  stopped = true;
}

async function run(orderIds: AsyncIterator<string>, all: number) {
  stopped = false;
  tell({ all, retried: 0, refused: 0, refusals: [], isRunning: true });
  const work = async () => {
    for (let next = await orderIds.next(); !next.done && !stopped; next = await orderIds.next()) {
      count(next.value, await retried(next.value));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch {
    // The list itself could not be read on: what was done until then is shown, and the banner says why.
    stopped = true;
  }
  if (progress) tell({ ...progress, isRunning: false });
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
async function retried(orderId: string): Promise<string | null> {
  for (let left = TRIES - 1; ; left--) {
    try {
      await retryOrder(orderId);
      return null;
    } catch (error) {
      if (error instanceof Refused && error.status === 401) stopped = true;
      if (!isPassing(error) || !left || stopped) return reason(error);
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
    const page = await listOrders(FAILED, 100, cursor);
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
