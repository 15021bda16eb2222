import { useWords } from "../../words";

export function Legend() {
  const words = useWords().live;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-soft">
      <li className="flex items-center gap-2">
        <span className="h-0 w-5 border-t-2 border-accent" aria-hidden="true" />
        {words.accepted}
      </li>
      <li className="flex items-center gap-2">
        <span className="h-0 w-5 border-t-2 border-good" aria-hidden="true" />
        {words.completed}
      </li>
      <li className="flex items-center gap-2">
        <span className="h-0 w-5 border-t-2 border-dashed border-edge" aria-hidden="true" />
        {words.inProgress}
      </li>
    </ul>
  );
}
