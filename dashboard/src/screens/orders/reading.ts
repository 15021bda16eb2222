import { useEffect, useState } from "react";

/** Further down than this, somebody reads. */
const SCROLLED_PX = 160;

const isReading = () =>
  scrollY > SCROLLED_PX || (document.activeElement?.closest("[data-order-list]") ?? null) !== null;

/** Whether somebody reads the list: it has the keyboard's focus, or is scrolled. */
export function useReading(): boolean {
  const [reading, setReading] = useState(isReading);
  useEffect(() => {
    const look = () => {
      setReading(isReading());
    };
    // Between `focusout` and `focusin` nothing has the focus: look once both are over.
    const lookSoon = () => setTimeout(look);
    addEventListener("scroll", look, { passive: true });
    addEventListener("focusin", look);
    addEventListener("focusout", lookSoon);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("focusin", look);
      removeEventListener("focusout", lookSoon);
    };
  }, []);
  return reading;
}

export function stopReading() {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  scrollTo(0, 0);
}
