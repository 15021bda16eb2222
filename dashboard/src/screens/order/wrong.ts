import { Refused } from "../../api/errors";
import type { WrongField } from "../../api/types";

/** What the server found wrong in the fields, if that is why it refused. */
export const wrongIn = (error: unknown): WrongField[] | undefined =>
  error instanceof Refused ? error.problem.errors : undefined;
