import { isPassing } from "../../../api/errors";
import type { ShownOrder, Totals, WrongField } from "../../../api/types";
import type { Draft } from "../../../parts/form/draft";
import { FieldNote } from "../../../parts/form/FieldNote";
import { ProblemNote } from "../../../parts/ProblemNote";
import { CreditSums } from "../../../parts/Sums";
import { useWords } from "../../../words";
import { isComplete, paymentsOf } from "./refund";

interface Props {
  order: ShownOrder;
  draft: Draft;
  preview: { credited: Totals | null; isReady: boolean; wrong: WrongField[]; error: Error | null };
  /** What is wrong with the refund as a whole. */
  wrong: WrongField[];
  /** Why the server did not accept it. */
  error: Error | null;
}

/** The sum before it is sent, or why there is none. */
export function GivenBack({ order: { order }, draft, preview, wrong, error }: Props) {
  const words = useWords().refund;
  const { credited, isReady } = preview;
  const isWrong = preview.wrong.length > 0;
  return (
    <div className="space-y-3">
      <div role="status" className={`rounded-lg bg-sunken px-4 py-3 ${isReady || !credited ? "" : "opacity-60"}`}>
        {credited && <CreditSums order={order} credit={credited} payments={paymentsOf(draft, order, credited.payable)} />}
        {!credited && wrong.length === 0 && <p className="text-center text-soft">{isWrong ? words.wrongField : isComplete(draft) ? words.notYet : words.choose}</p>}
        {wrong.map(({ detail }) => (
          <FieldNote key={detail} wrong={detail} />
        ))}
      </div>
      {error && <ProblemNote error={error} />}
      {error && isPassing(error) && <p className="text-sm text-soft">{words.safeToRepeat}</p>}
      {!error && preview.error && <ProblemNote error={preview.error} />}
    </div>
  );
}
