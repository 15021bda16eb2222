import { useState } from "react";

/** Why there is nothing to show, until there is: TanStack forgets it with each new attempt, and it would flicker. */
export function useProblem({ data, error }: { data: unknown; error: Error | null }): Error | null {
  const [kept, keep] = useState(error);
  const shown = data === undefined ? (error ?? kept) : null;
  if (shown !== kept) keep(shown);
  return shown;
}
