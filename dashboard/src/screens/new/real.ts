/** Orders of real shops: examples of the API's description, each with an id of its own. */

import type { PostedOrder } from "../../api/types";
import { draftOf, someId } from "./draft";

type Name = "german-shop" | "canadian-shop" | "cafe";

/** Put in by Vite: see `vite.config.ts`. */
declare const API_EXAMPLES: Record<Name, { value: PostedOrder }>;

export const realOrder = (name: Name) => draftOf({ ...API_EXAMPLES[name].value, orderId: someId() });
