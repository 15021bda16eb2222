import { useId } from "react";
import type { Draft } from "../../parts/form/draft";
import { useWords } from "../../words";
import { ACCEPTED, REFUSED } from "./examples";

interface Props {
  onChoose: (draft: Draft) => void;
  onError: (error: unknown) => void;
}

/** Orders that fill in the form. */
export function Examples(props: Props) {
  const words = useWords().new;
  const title = useId();
  return (
    <section className="panel space-y-3 p-4" aria-labelledby={title}>
      <h2 id={title} className="font-semibold">
        {words.examplesTitle}
      </h2>
      <div className="grid gap-3 lg:grid-cols-2">
        <ExampleList title={words.good} examples={ACCEPTED} {...props} />
        <ExampleList title={words.bad} examples={REFUSED} {...props} />
      </div>
    </section>
  );
}

interface ListProps extends Props {
  title: string;
  examples: Record<string, () => Draft | Promise<Draft>>;
}

function ExampleList({ title, examples, onChoose, onError }: ListProps) {
  const names: Record<string, string> = useWords().new.examples;
  const id = useId();
  return (
    <div>
      <h3 id={id} className="label mb-1.5">
        {title}
      </h3>
      <ul className="flex flex-wrap gap-2" aria-labelledby={id}>
        {Object.entries(examples).map(([name, draft]) => (
          <li key={name}>
            <button
              type="button"
              className="button h-8 text-sm"
              onClick={() => void Promise.resolve(draft()).then(onChoose, onError)}
            >
              {names[name]}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
