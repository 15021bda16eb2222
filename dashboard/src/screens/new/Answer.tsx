import { Link } from "wouter";
import { Refused } from "../../api/errors";
import type { Accepted } from "../../api/types";
import { ProblemNote } from "../../parts/ProblemNote";
import { useWords } from "../../words";
import { NoOrderYet } from "./examples";
import { isWithoutKey } from "./key";

interface Props {
  accepted: Accepted | undefined;
  error: unknown;
}

/** What the server said to the order. */
export function Answer({ accepted, error }: Props) {
  const words = useWords().new;
  const wrong = error instanceof Refused ? (error.problem.errors?.length ?? 0) : 0;
  return (
    <div className="space-y-2">
      {error instanceof NoOrderYet && (
        <p role="alert" className="text-bad">
          {words.noOrderYet}
        </p>
      )}
      {error && !(error instanceof NoOrderYet) ? <ProblemNote error={error} /> : null}
      {isWithoutKey(error) && <p className="text-sm text-bad">{words.typeShopKey}</p>}
      {wrong > 0 && <p className="text-sm text-bad">{words.wrongFields(wrong)}</p>}
      <div role="status">
        {accepted && (
          <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-good-wash px-4 py-3">
            <div>
              <p className="font-medium text-good">{words.accepted}</p>
              <p className="text-sm">{words.acceptedHint}</p>
            </div>
            <Link href={`/orders/${encodeURIComponent(accepted.orderId)}`} className="link any-text font-medium">
              {words.open(accepted.orderId)}
            </Link>
          </div>
        )}
      </div>
    </div>
  );
}
