import type { Metadata } from "next";
import { texts } from "@/texts";
import { Live } from "./live";

export const metadata: Metadata = { title: texts.live.title };

export default function Page() {
  return <Live />;
}
