import uPlot from "uplot";
import type { Formats } from "../../words/formats";

export const HEIGHT_PX = 272;

/** A canvas knows no CSS variables: these are the theme's colours as they are now. */
function colours(of: Element) {
  const probe = document.createElement("i");
  of.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--color-${name})`;
    return getComputedStyle(probe).color;
  };
  const found = { label: colour("soft"), line: colour("line"), accepted: colour("accent"), completed: colour("good"), area: colour("accent-wash") };
  probe.remove();
  return found;
}

const DASH = [4, 4];

export function plotOptions(root: HTMLElement, formats: Formats): uPlot.Options {
  const { label, line, accepted, completed, area } = colours(root);
  const font = `12px ${getComputedStyle(root).fontFamily}`;
  const axis = { stroke: label, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const over = (stroke: string) => ({ stroke, width: 2, points: { show: false } });
  const running = (stroke: string) => ({ stroke, width: 2, dash: DASH, points: { show: false } });
  return {
    width: root.clientWidth,
    height: HEIGHT_PX,
    padding: [null, 28, null, null],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, max) => [0, Math.max(5, Math.ceil(max * 1.1))] } },
    axes: [
      { ...axis, grid: { show: false }, space: 80, size: 32, values: (_, ticks) => ticks.map((tick) => minuteOf(tick, formats)) },
      {
        ...axis,
        size: 56,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000],
        values: (_, ticks) => ticks.map((tick) => formats.number(tick)),
      },
    ],
    series: [{}, { ...over(accepted), fill: area }, { ...running(accepted), fill: area }, over(completed), running(completed)],
  };
}

const minuteOf = (tick: number, formats: Formats) => formats.minute(new Date(tick * 1000));
