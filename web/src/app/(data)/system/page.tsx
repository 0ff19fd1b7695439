import { System } from "./system";

export default function Page() {
  return <System />;
}
