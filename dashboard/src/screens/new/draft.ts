/** An order while it is written. It has the shape of the body, with texts as the fields hold them, right or wrong. */

import type { PostedOrder } from "../../api/types";
import { posted, written, type Draft } from "../../parts/form/draft";
import { someLetters } from "../../parts/ids";
import { makeStore } from "../../parts/store";

/** An order with all that it needs, or less; its currency may be one that there is not. */
type Example = Partial<Omit<PostedOrder, "currency">> & { currency?: string | null };

export const someId = () => `try-${someLetters(1)}`;

export const newDraft = (): Draft => ({ orderId: someId() });

/** An order with an id of its own, as the fields show it. */
export const draftOf = (order: Example): Draft => ({ orderId: someId(), ...(written(order) as Draft) });

/** It stays while its operator looks at something else, until it was accepted. */
export const draft = makeStore(newDraft());
let accepted: Draft | null = null;

export const noteAccepted = (posted: Draft) => {
  accepted = posted;
};

export const renewIfAccepted = () => {
  if (draft.get() === accepted) forgetDraft();
};

export const forgetDraft = () => {
  accepted = null;
  draft.set(newDraft());
};

/** The body to post. An empty field is left out; the name is not, for it is required: the server says so. */
export const bodyOf = (order: Draft) => ({ customerName: "", ...(posted(order) as object) });
