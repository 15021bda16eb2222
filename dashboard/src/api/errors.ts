import type { Problem } from "./types";

/** The server answered, and did not do it. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.title);
  }
}

/** Nobody answered, or only something in between. */
export class Unreachable extends Error {}

/** Whether the same call may work a little later, with nothing changed. */
export const isPassing = (error: unknown) =>
  error instanceof Unreachable || (error instanceof Refused && (error.status >= 500 || error.status === 429));

export async function refusal(answer: Response): Promise<Refused | Unreachable> {
  const type = answer.headers.get("content-type") ?? "";
  if (type.includes("json")) {
    const problem = (await answer.json().catch(() => ({}))) as Partial<Problem> & { message?: string };
    return new Refused(answer.status, {
      type: problem.type ?? "about:blank",
      title: problem.title ?? problem.message ?? `HTTP ${answer.status}`,
      detail: problem.detail ?? "",
      status: answer.status,
      ...(problem.errors && { errors: problem.errors }),
      ...(problem.remaining && { remaining: problem.remaining }),
    });
  }
  if (answer.status >= 500) return new Unreachable(`HTTP ${answer.status}`);
  const title = `HTTP ${answer.status}`;
  return new Refused(answer.status, { type: "about:blank", title, detail: answer.statusText, status: answer.status });
}
