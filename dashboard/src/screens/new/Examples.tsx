import { useWords } from "../../words";
import type { Draft } from "./draft";
import { ACCEPTED, REFUSED } from "./examples";

interface Props {
  onChoose: (draft: Draft) => void;
  onError: (error: unknown) => void;
}

export function Examples({ onChoose, onError }: Props) {
  const words = useWords().new;
  const names = words.examples;
  return (
    <div className="space-y-4">
      <ExampleList title={words.good} names={names} examples={ACCEPTED} onChoose={onChoose} onError={onError} />
      <ExampleList title={words.bad} names={names} examples={REFUSED} onChoose={onChoose} onError={onError} />
    </div>
  );
}

interface ListProps extends Props {
  title: string;
  names: Record<string, string>;
  examples: Record<string, () => Draft | Promise<Draft>>;
}

function ExampleList({ title, names, examples, onChoose, onError }: ListProps) {
  return (
    <section className="panel p-4" aria-label={title}>
      <h2 className="mb-3 font-semibold">{title}</h2>
      <ul className="flex flex-wrap gap-2">
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
    </section>
  );
}
