import Link from "next/link";
import { texts } from "@/texts";

export default function NotFound() {
  return (
    <main className="page">
      <div className="empty">
        <h1>{texts.errors.notFound}</h1>
        <Link className="button" href="/live" prefetch={false}>
          {texts.errors.home}
        </Link>
      </div>
    </main>
  );
}
