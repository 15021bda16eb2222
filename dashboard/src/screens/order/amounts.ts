/** Exact sums of decimals: `BigInt` inside, in units of 10⁻⁶, never a float. */

const PLACES = 6;

const units = (decimal: string) => {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(whole + fraction.padEnd(PLACES, "0"));
};

/** With at least `places` decimals, and more only where they are not 0. */
function decimal(amount: bigint, places: number): string {
  const sign = amount < 0n ? "-" : "";
  const digits = (amount < 0n ? -amount : amount).toString().padStart(PLACES + 1, "0");
  const fraction = digits.slice(-PLACES).replace(/0+$/, "").padEnd(places, "0");
  return sign + digits.slice(0, -PLACES) + (fraction && `.${fraction}`);
}

const placesOf = (decimalText: string) => decimalText.split(".")[1]?.length ?? 0;

interface Line {
  quantity: number;
  unitPrice: string;
}

const amount = (line: Line) => units(line.unitPrice) * BigInt(line.quantity);

/** What a line costs before tax. */
export const lineAmount = (line: Line, total: string) => decimal(amount(line), placesOf(total));

/** What all lines cost before tax, and the rest of the total, which is tax as the server rounded it. */
export function netAndTax(lines: Line[], total: string): { net: string; tax: string } {
  const net = lines.reduce((sum, line) => sum + amount(line), 0n);
  return { net: decimal(net, placesOf(total)), tax: decimal(units(total) - net, placesOf(total)) };
}
