import { useWords } from "../../words";
import { TextField } from "./TextField";

/** The fields of the address at this pointer. */
export function AddressFields({ pointer }: { pointer: string }) {
  const words = useWords().new;
  return (
    <>
      <TextField pointer={`${pointer}/lines`} label={words.street} hint={words.streetHint} lines={2} className="col-span-full" />
      <TextField pointer={`${pointer}/postalCode`} label={words.postalCode} />
      <TextField pointer={`${pointer}/city`} label={words.city} />
      <TextField pointer={`${pointer}/region`} label={words.region} />
      <TextField pointer={`${pointer}/country`} label={words.country} hint="DE, FR, US …" />
    </>
  );
}
