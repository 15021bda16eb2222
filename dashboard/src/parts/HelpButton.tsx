import { useWords } from "../words";
import { Icon } from "./Icon";

export function HelpButton({ onClick }: { onClick: () => void }) {
  const words = useWords().help;
  return (
    <button type="button" className="flex h-8 w-full items-center gap-2.5 rounded-lg px-1 text-soft hover:text-ink" onClick={onClick}>
      <Icon name="keyboard" />
      {words.open}
    </button>
  );
}
