import type { Minute } from "../../api/types";
import { useFormats, useWords } from "../../words";

const NUMBER = "px-4 py-1 text-right";

/** The chart for those who read it rather than see it; the newest minute first. */
export function MinuteTable({ minutes }: { minutes: Minute[] }) {
  const words = useWords().live;
  const formats = useFormats();
  return (
    <details className="border-t border-line">
      <summary className="px-4 py-2.5 text-sm font-medium text-soft hover:text-ink">{words.table}</summary>
      <div className="max-h-80 overflow-auto" role="group" aria-label={words.table} tabIndex={0}>
        <table className="w-full text-sm">
          <thead className="text-soft">
            <tr>
              <th scope="col" className="px-4 py-1 text-left font-medium">{words.minute}</th>
              <th scope="col" className={`${NUMBER} font-medium`}>{words.accepted}</th>
              <th scope="col" className={`${NUMBER} font-medium`}>{words.completed}</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {minutes.toReversed().map((minute, age) => (
              <tr key={minute.at}>
                <th scope="row" className="px-4 py-1 text-left font-normal">
                  <time dateTime={minute.at} title={minute.at}>{formats.minute(new Date(minute.at))}</time>
                  {age === 0 && <span className="text-soft"> · {words.inProgress}</span>}
                </th>
                <td className={NUMBER}>{formats.number(minute.accepted)}</td>
                <td className={NUMBER}>{formats.number(minute.completed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
