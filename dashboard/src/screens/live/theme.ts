import { useSyncExternalStore } from "react";
import { useChoice } from "../../parts/choice";

const system = matchMedia("(prefers-color-scheme: dark)");

function listen(listener: () => void) {
  system.addEventListener("change", listener);
  return () => {
    system.removeEventListener("change", listener);
  };
}

/** The theme that is on the screen, by choice or by the system. */
export function useTheme(): string {
  const isDark = useSyncExternalStore(listen, () => system.matches);
  const [chosen] = useChoice("theme");
  return chosen || (isDark ? "dark" : "light");
}
