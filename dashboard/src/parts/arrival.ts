import { useEffect } from "react";

/** A screen is shown: the window is named for it, and a focus that went with the last screen begins in this one. */
export function useArrival(title: string) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    catchFocus();
  }, []);
}

/** Where the focus went with what had it, it is in the content again. */
export function catchFocus() {
  if (isFocusNowhere()) document.querySelector("main")?.focus({ preventScroll: true });
}

/** On nothing that an operator chose. */
export const isFocusNowhere = () => document.activeElement?.matches("body, main") ?? true;
