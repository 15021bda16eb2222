/** Numbers, amounts and times as the operator writes them, in the operator's time zone. */

export type Formats = ReturnType<typeof makeFormats>;

export function makeFormats(tag: string) {
  const whole = new Intl.NumberFormat(tag);
  const short = new Intl.NumberFormat(tag, { maximumSignificantDigits: 3 });
  const time = new Intl.DateTimeFormat(tag, { timeStyle: "medium" });
  const minute = new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short" });
  const dayOfYear = new Intl.DateTimeFormat(tag, { dateStyle: "medium" });
  const full = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "medium" });
  return {
    number: (n: number) => whole.format(n),
    time: (at: Date) => time.format(at),
    minute: (at: Date) => minute.format(at),
    /** Short enough for a column: of `today`, as `toDateString` has it, the time; of another year, the day. */
    moment: (at: Date, today: string) => {
      if (at.toDateString() === today) return time.format(at);
      if (at.getFullYear() !== new Date(today).getFullYear()) return dayOfYear.format(at);
      return `${day.format(at)}, ${minute.format(at)}`;
    },
    full: (at: Date) => full.format(at),
    day: (at: Date) => dayOfYear.format(at),
    duration: (seconds: number) => duration(short, whole, seconds),
    bytes: (n: number) => `${short.format(n / 1000)} kB`,
    /** `amount` is a decimal; it is never turned into a float, and keeps the decimals that the API gave it. */
    money: (amount: string, currency: string) =>
      orAsItIs(`${amount} ${currency}`, () =>
        new Intl.NumberFormat(tag, {
          style: "currency",
          currency,
          minimumFractionDigits: decimals(amount),
          maximumFractionDigits: decimals(amount),
        }).format(amount as Intl.StringNumericLiteral),
      ),
    percent: (rate: string) =>
      orAsItIs(`${rate} %`, () =>
        new Intl.NumberFormat(tag, { style: "unit", unit: "percent", maximumFractionDigits: decimals(rate) }).format(
          rate as Intl.StringNumericLiteral,
        ),
      ),
    /** A whole number, or a decimal as the API gave it. */
    quantity: (quantity: number | string) =>
      orAsItIs(String(quantity), () =>
        new Intl.NumberFormat(tag, { minimumFractionDigits: decimals(String(quantity)), maximumFractionDigits: 20 }).format(
          quantity as Intl.StringNumericLiteral,
        ),
      ),
    country: (code: string) =>
      orAsItIs(code, () => new Intl.DisplayNames(tag, { type: "region", fallback: "code" }).of(code) ?? code),
    language: (code: string) =>
      orAsItIs(code, () => new Intl.DisplayNames(tag, { type: "language", fallback: "code" }).of(code) ?? code),
  };
}

/** An order may say what no `Intl` understands, and must be seen all the same. */
function orAsItIs(text: string, format: () => string): string {
  try {
    return format();
  } catch {
    return text;
  }
}

const decimals = (amount: string) => amount.split(".")[1]?.length ?? 0;

function duration(short: Intl.NumberFormat, whole: Intl.NumberFormat, seconds: number): string {
  if (seconds < 1) return `${short.format(seconds * 1000)} ms`;
  if (seconds < 120) return `${short.format(seconds)} s`;
  if (seconds < 7200) return `${whole.format(Math.floor(seconds / 60))} min`;
  return `${whole.format(Math.floor(seconds / 3600))} h`;
}
