import { useWords } from "../words";

/** As many grey lines as there will be, so that nothing moves when they arrive. */
export function Skeleton({ lines, tall = false }: { lines: number; tall?: boolean }) {
  const words = useWords().common;
  return (
    <div role="status" aria-label={words.loading} className="animate-pulse">
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={`flex items-center gap-6 px-4 ${tall ? "h-13" : "h-9"}`}>
          <div className="h-3 w-24 rounded bg-sunken" />
          <div className="h-3 flex-1 rounded bg-sunken" />
          <div className="h-3 w-20 rounded bg-sunken max-sm:hidden" />
        </div>
      ))}
    </div>
  );
}
