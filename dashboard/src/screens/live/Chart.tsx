import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import type { Minute } from "../../api/types";
import { useFormats, useWords } from "../../words";
import { HEIGHT_PX, plotOptions } from "./plot";
import { seriesOf } from "./series";
import { useTheme } from "./theme";

export function Chart({ minutes }: { minutes: Minute[] }) {
  const words = useWords().live;
  const formats = useFormats();
  const theme = useTheme();
  const root = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);

  // Declared before the one that fills it: a new plot is filled at once.
  useEffect(() => {
    const place = root.current;
    if (!place) return;
    const drawn = new uPlot(plotOptions(place, formats), undefined, place);
    plot.current = drawn;
    const fit = new ResizeObserver(() => {
      drawn.setSize({ width: place.clientWidth, height: HEIGHT_PX });
    });
    fit.observe(place);
    return () => {
      fit.disconnect();
      drawn.destroy();
    };
  }, [formats, theme]);

  useEffect(() => {
    plot.current?.setData(seriesOf(minutes));
  }, [minutes, formats, theme]);

  const sum = (of: (minute: Minute) => number) =>
    formats.number(minutes.reduce((total, minute) => total + of(minute), 0));
  const label = words.chart(
    sum((minute) => minute.accepted),
    sum((minute) => minute.completed),
  );
  return <div ref={root} role="img" aria-label={label} className="w-full overflow-hidden" />;
}
