/** What is written in the dialogs of orders. It stays, with its id, until the server has accepted it. */

import type { Draft } from "../../parts/form/draft";
import { makeStore } from "../../parts/store";

const drafts = makeStore<Record<string, Draft>>({});

/** `of` names a dialog of an order. What is changed is kept, also while the dialog is closed. */
export function useDraft(of: string, begin: () => Draft) {
  const draft = drafts.useValue()[of] ?? begin();
  const keep = (written: Draft) => {
    drafts.set({ ...drafts.get(), [of]: written });
  };
  return [draft, keep] as const;
}

export function dropDraft(of: string) {
  drafts.set(Object.fromEntries(Object.entries(drafts.get()).filter(([name]) => name !== of)));
}

/** Of every order. */
export const forgetDrafts = () => {
  drafts.set({});
};
