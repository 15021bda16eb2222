/** The shop's key, in memory only and for as long as the page is open: the screen may be left and come back to. */

import { Refused } from "../../api/errors";
import { makeStore } from "../../parts/store";

/** As it is typed. */
export const shopKey = makeStore("");
/** Once it is typed: half a key is a wrong one, and the server counts those. */
export const finishedKey = makeStore("");
/** The finished key that the server did not accept. */
export const refusedKey = makeStore<string | null>(null);

export const finishShopKey = () => {
  finishedKey.set(shopKey.get());
};

export const forgetShopKey = () => {
  shopKey.set("");
  finishShopKey();
};

export const isWithoutKey = (error: unknown) => error instanceof Refused && error.status === 403;

export const KEY_FIELD = "shop-key";
export const askForShopKey = () => document.getElementById(KEY_FIELD)?.focus();
