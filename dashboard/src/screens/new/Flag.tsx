import { useField } from "../../parts/form/form";

/** A field that is true or left out. */
export function Flag({ label, pointer, className = "" }: { label: string; pointer: string; className?: string }) {
  const { value, set, wrong } = useField(pointer);
  return (
    <div className={className}>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={value === true}
          aria-invalid={Boolean(wrong)}
          onChange={(event) => {
            set(event.target.checked);
          }}
        />
        {label}
      </label>
      {wrong && (
        <p lang="en" className="text-sm text-bad">
          {wrong}
        </p>
      )}
    </div>
  );
}
