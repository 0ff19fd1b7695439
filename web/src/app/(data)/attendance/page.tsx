import { Attendance } from "./attendance";

export default function Page() {
  return <Attendance />;
}
