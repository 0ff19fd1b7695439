import type { Metadata } from "next";
import { texts } from "@/texts";
import { Guard } from "@/ui/shell";
import { Kiosk } from "./kiosk";

export const metadata: Metadata = { title: texts.kiosk.title };

export default function Page() {
  return (
    <Guard>
      <Kiosk />
    </Guard>
  );
}
