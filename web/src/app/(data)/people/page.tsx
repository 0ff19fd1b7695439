import { People } from "./people";

export default function Page() {
  return <People />;
}
