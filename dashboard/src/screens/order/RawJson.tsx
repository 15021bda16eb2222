import type { ShownOrder } from "../../api/types";
import { useWords } from "../../words";

export function RawJson({ order }: { order: ShownOrder }) {
  const words = useWords().order;
  return (
    <details className="panel overflow-clip">
      <summary className="px-4 py-2.5 font-semibold">{words.raw}</summary>
      <pre tabIndex={0} dir="ltr" className="max-h-120 overflow-auto border-t border-line bg-sunken p-4 font-mono text-xs">
        {JSON.stringify(order, null, 2)}
      </pre>
    </details>
  );
}
