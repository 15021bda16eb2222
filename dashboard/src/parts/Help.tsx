import { useWords } from "../words";
import { Dialog } from "./Dialog";
import { useLetters } from "./shortcuts";

export function Help({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const [letters, setLetters] = useLetters();
  const keys: [string, string][] = [
    ["/", words.help.search],
    ["j", words.help.down],
    ["k", words.help.up],
    ["Enter", words.help.enter],
    ["Esc", words.help.escape],
    ["g o", words.help.go(words.nav.orders)],
    ["g f", words.help.go(words.nav.failed)],
    ["g r", words.help.go(words.nav.register)],
    ["g w", words.help.go(words.nav.webhooks)],
    ["g l", words.help.go(words.nav.live)],
    ["g n", words.help.go(words.nav.new)],
    ["?", words.help.help],
  ];
  return (
    <Dialog title={words.help.title} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
        {keys.map(([key, what]) => (
          <div key={key} className="contents">
            <dt className="flex gap-1">
              {key.split(" ").map((part) => (
                <kbd key={part} className="min-w-6 rounded border border-line bg-sunken px-1.5 py-0.5 text-center font-mono text-xs">
                  {part}
                </kbd>
              ))}
            </dt>
            <dd className="text-soft">{what}</dd>
          </div>
        ))}
      </dl>
      <p className="text-sm text-soft">{words.help.hint}</p>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent"
          checked={letters}
          onChange={(event) => {
            setLetters(event.target.checked);
          }}
        />
        {words.help.letters}
      </label>
    </Dialog>
  );
}
