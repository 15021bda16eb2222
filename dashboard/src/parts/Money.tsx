import { useFormats } from "../words";

export function Money({ amount, currency }: { amount: string | null; currency: string | null | undefined }) {
  const formats = useFormats();
  if (amount === null || !currency) return <span className="text-soft">–</span>;
  return (
    <span className="whitespace-nowrap" title={`${amount} ${currency}`}>
      {formats.money(amount, currency)}
    </span>
  );
}
