import type { Metadata } from "next";
import { texts } from "@/texts";
import { People } from "./people";

export const metadata: Metadata = { title: texts.people.title };

export default function Page() {
  return <People />;
}
