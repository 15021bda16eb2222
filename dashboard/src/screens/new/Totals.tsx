import { useId } from "react";
import { isPassing } from "../../api/errors";
import type { CheckedOrder, WrongField } from "../../api/types";
import { ProblemNote } from "../../parts/ProblemNote";
import { Sums } from "../../parts/Sums";
import { useWords } from "../../words";

interface Props {
  checked: CheckedOrder | null;
  wrong: WrongField[];
  /** One that passes is told in the page's banner. */
  error: unknown;
  /** Whether the server wants a key first. */
  isRefused: boolean;
}

/** What the order comes to, as the server computes it. */
export function Totals({ checked, wrong, error, isRefused }: Props) {
  const { new: words, amounts } = useWords();
  const title = useId();
  return (
    <section className="panel space-y-2 p-4" aria-labelledby={title}>
      <h2 id={title} className="font-semibold">
        {amounts.title}
      </h2>
      {error && !isPassing(error) ? <ProblemNote error={error} /> : null}
      {isRefused && <p className="text-sm text-soft">{words.typeShopKey}</p>}
      {wrong.length > 0 && <WrongList wrong={wrong} />}
      {checked?.totals && <Sums order={checked.order} totals={checked.totals} />}
      {checked && !checked.totals && <p className="text-sm text-soft">{words.noPrices}</p>}
      {!checked && !wrong.length && !isRefused && <p className="text-sm text-soft">{words.totalsHint}</p>}
    </section>
  );
}

/** Every wrong field: also those that have no place in the form. */
function WrongList({ wrong }: { wrong: WrongField[] }) {
  const words = useWords().new;
  return (
    <>
      <p className="text-sm text-soft">{words.noTotals}</p>
      <ul className="space-y-1 text-sm" lang="en">
        {wrong.map(({ pointer, detail }) => (
          <li key={pointer + detail} className="any-text">
            <code className="font-mono text-xs">{pointer.slice(2)}</code> <span className="text-bad">{detail}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
