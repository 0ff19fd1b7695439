import type { Metadata } from "next";
import { texts } from "@/texts";
import { System } from "./system";

export const metadata: Metadata = { title: texts.system.title };

export default function Page() {
  return <System />;
}
