import type { Metadata } from "next";
import { texts } from "@/texts";
import { Analytics } from "./analytics";

export const metadata: Metadata = { title: texts.analytics.title };

export default function Page() {
  return <Analytics />;
}
