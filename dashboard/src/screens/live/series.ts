import type uPlot from "uplot";
import type { Minute } from "../../api/types";

/**
 * The minutes as uPlot takes them: accepted and completed over the minutes that are over, and each again over the last
 * step, which leads to the minute that is not over and is drawn in another way.
 */
export function seriesOf(minutes: Minute[]): uPlot.AlignedData {
  const last = minutes.length - 1;
  const over = (counts: number[]) => counts.map((count, at) => (at < last ? count : null));
  const running = (counts: number[]) => counts.map((count, at) => (at >= last - 1 ? count : null));
  const accepted = minutes.map((minute) => minute.accepted);
  const completed = minutes.map((minute) => minute.completed);
  return [
    minutes.map((minute) => Date.parse(minute.at) / 1000),
    over(accepted),
    running(accepted),
    over(completed),
    running(completed),
  ];
}
