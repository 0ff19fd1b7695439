import { Guard } from "@/ui/shell";
import { Kiosk } from "./kiosk";

export default function Page() {
  return (
    <Guard>
      <Kiosk />
    </Guard>
  );
}
