import { Analytics } from "./analytics";

export default function Page() {
  return <Analytics />;
}
