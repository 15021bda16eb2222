import { useEffect, useState } from "react";

/** After so long without a change. */
const PAUSE_MS = 300;

/** A text once it has not changed for a moment. */
export function useSettled(text: string) {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(settle, PAUSE_MS, text);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  return settled;
}
