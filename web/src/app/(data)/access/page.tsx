import type { Metadata } from "next";
import { texts } from "@/texts";
import { Access } from "./access";

export const metadata: Metadata = { title: texts.access.title };

export default function Page() {
  return <Access />;
}
