import type { Metadata } from "next";
import { texts } from "@/texts";
import { Attendance } from "./attendance";

export const metadata: Metadata = { title: texts.attendance.title };

export default function Page() {
  return <Attendance />;
}
