const SHAPES = {
  orders: "M4 3.5h8v9.5l-2-1.3-2 1.3-2-1.3L4 13zM6 6.5h4M6 9h4",
  failed: "M8 2.8 14 13H2zM8 6.5v3M8 11.2v.1",
  live: "M2 8.5h3l2-5 2.5 9 2-4H14",
  new: "M8 3.5v9M3.5 8h9",
  register: "M6.5 4.5H14M6.5 8H14M6.5 11.5H14M2.5 4.5h1M2.5 8h1M2.5 11.5h1",
  webhooks: "M5.2 9.6a2.6 2.6 0 1 0 1.5 3.6H11M10.8 6.6A2.6 2.6 0 1 0 8.7 5L6.3 9.4M8.4 3.2 11 8.3a2.6 2.6 0 1 1-1.6 3.5",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 13.5 13.5",
  keyboard: "M2 4.5h12v7H2zM4.5 7h.1M7 7h.1M9.5 7h.1M11.7 7h.1M5.5 9.3h5",
  settings: "M2.5 5h5M11 5h2.5M2.5 11H5M8.5 11h5M9.2 6.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4zM6.8 12.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z",
  back: "M9.5 3.5 5 8l4.5 4.5",
  forward: "M6.5 3.5 11 8l-4.5 4.5",
  below: "M3.5 6.5 8 11l4.5-4.5",
  close: "M4 4l8 8M12 4l-8 8",
  out: "M9 2.5H3.5v11H9M7 8h7M11.5 5.5 14 8l-2.5 2.5",
  down: "M8 2.5v8M4.5 7.5 8 11l3.5-3.5M3 13.5h10",
} as const;

export type IconName = keyof typeof SHAPES;

/** Decoration: its meaning is beside it, or in the label of its container. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className="size-4 shrink-0"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}
