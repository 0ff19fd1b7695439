"use client";
// The frame of every page that shows data: access check, navigation, state of the live connection.
import { useQueryClient } from "@tanstack/react-query";
import {
  BarChart3,
  CalendarCheck,
  LogOut,
  MonitorSmartphone,
  ScanFace,
  Server,
  Users,
  Video,
} from "lucide-react";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { api, unwrap } from "@/api/client";
import { EventsProvider, useEvents } from "@/api/events";
import { keys, useSession } from "@/api/queries";
import { texts } from "@/texts";
import { zone } from "./format";
import { Badge, Failure, Loading, type Tone } from "./parts";
import { ThemeChoice } from "./theme";

const PAGES = [
  { href: "/live", words: texts.nav.live, icon: Video },
  { href: "/people", words: texts.nav.people, icon: Users },
  { href: "/attendance", words: texts.nav.attendance, icon: CalendarCheck },
  { href: "/analytics", words: texts.nav.analytics, icon: BarChart3 },
  { href: "/system", words: texts.nav.system, icon: Server },
  { href: "/kiosk", words: texts.nav.kiosk, icon: MonitorSmartphone },
];

const CONNECTION_TONES: Record<ReturnType<typeof useEvents>["connection"], Tone> = {
  connecting: "quiet",
  open: "good",
  lost: "warn",
};

function Side({ keyRequired }: { keyRequired: boolean }) {
  const path = usePathname();
  const router = useRouter();
  const queries = useQueryClient();
  const { connection } = useEvents();
  const signOut = async () => {
    await unwrap(api.DELETE("/api/v1/session")).catch(() => undefined);
    queries.clear();
    router.replace("/sign-in");
  };
  return (
    <div className="side">
      <div className="brand">
        <ScanFace aria-hidden />
        {texts.brand}
      </div>
      <nav className="nav" aria-label={texts.nav.label}>
        {PAGES.map(({ href, words, icon: Icon }) => (
          <Link
            key={href}
            href={href}
            prefetch={false}
            aria-current={path.startsWith(href) ? "page" : undefined}
          >
            <Icon aria-hidden />
            {words}
          </Link>
        ))}
      </nav>
      <div className="foot">
        <div role="status">
          <Badge tone={CONNECTION_TONES[connection]} dot>
            {texts.common.connection[connection]}
          </Badge>
        </div>
        <div className="zone">{texts.common.zone(zone())}</div>
        <div className="row">
          <ThemeChoice />
          {keyRequired && (
            <button type="button" className="button plain small" onClick={() => void signOut()}>
              <LogOut aria-hidden />
              {texts.common.signOut}
            </button>
          )}
        </div>
      </div>
    </div>
  );
}

/** Shows its children to viewers who are signed in, and redirects the others to the sign-in page. */
export function Guard({ children }: { children: ReactNode }) {
  const session = useSession();
  const router = useRouter();
  const path = usePathname();
  const outside = session.data?.authenticated === false;
  useEffect(() => {
    if (outside) router.replace(`/sign-in?next=${encodeURIComponent(path)}`);
  }, [outside, path, router]);
  if (session.error && !session.data)
    return (
      <main className="page">
        <Failure error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  if (!session.data?.authenticated) return <Loading />;
  return children;
}

export function Shell({ children }: { children: ReactNode }) {
  return (
    <Guard>
      <EventsProvider>
        <a className="button skip" href="#page">
          {texts.nav.skip}
        </a>
        <ShellBody>{children}</ShellBody>
      </EventsProvider>
    </Guard>
  );
}

function ShellBody({ children }: { children: ReactNode }) {
  const session = useSession();
  const queries = useQueryClient();
  useEffect(
    // Any response can reveal that the session has expired.
    () =>
      queries.getQueryCache().subscribe(({ query }) => {
        const error = query.state.error as { status?: number } | null;
        if (error?.status === 401 && query.state.fetchStatus === "idle" && query.queryKey !== keys.session)
          void queries.invalidateQueries({ queryKey: keys.session });
      }),
    [queries],
  );
  return (
    <div className="shell">
      <Side keyRequired={session.data?.key_required ?? false} />
      <main className="page" id="page" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
