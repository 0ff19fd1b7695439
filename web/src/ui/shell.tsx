"use client";
// The frame of every page that shows data: access check, navigation, state of the live connection.
import { useQueryClient } from "@tanstack/react-query";
import {
  BarChart3,
  CalendarCheck,
  KeyRound,
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
import { isDevice, mayAdminister, type Session } from "@/api/access";
import { EventsProvider, useEvents } from "@/api/events";
import { keys, useSession } from "@/api/queries";
import { isSignOutDue, signOut } from "@/api/session";
import { texts } from "@/texts";
import { zone } from "./format";
import { Badge, explain, Failure, Loading, Notice, type Tone } from "./parts";
import { ThemeChoice } from "./theme";
import { useSay } from "./toasts";

interface PageLink {
  href: string;
  words: string;
  icon: typeof Video;
  /** Shown only to those whose session it accepts. */
  needs?: (session: Session) => boolean;
}

const PAGES: PageLink[] = [
  { href: "/live", words: texts.nav.live, icon: Video },
  { href: "/people", words: texts.nav.people, icon: Users },
  { href: "/attendance", words: texts.nav.attendance, icon: CalendarCheck },
  { href: "/analytics", words: texts.nav.analytics, icon: BarChart3 },
  { href: "/system", words: texts.nav.system, icon: Server },
  { href: "/access", words: texts.nav.access, icon: KeyRound, needs: mayAdminister },
  { href: "/kiosk", words: texts.nav.kiosk, icon: MonitorSmartphone },
];

/** Who is signed in. Nothing where the server asks nobody who they are. */
function whoIs({ key_required: required, key, role }: Session): string | undefined {
  if (!required || !role) return undefined;
  return texts.access.you(key?.name ?? texts.access.configured, texts.access.roles[role]);
}

const CONNECTION_TONES: Record<ReturnType<typeof useEvents>["connection"], Tone> = {
  connecting: "quiet",
  open: "good",
  lost: "warn",
};

function Side({ session }: { session: Session }) {
  const path = usePathname();
  const router = useRouter();
  const queries = useQueryClient();
  const say = useSay();
  const { connection } = useEvents();
  const leave = async () => {
    try {
      if ((await signOut()) === "due") {
        // The sign-in page would come from the server: this one says so instead, and shows nothing else.
        void queries.resetQueries({ queryKey: keys.session });
        queries.removeQueries({ predicate: ({ queryKey: [kind] }) => kind !== keys.session[0] });
        return;
      }
    } catch (failure) {
      say(explain(failure as Error));
      return;
    }
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
        {PAGES.filter(({ needs }) => needs?.(session) ?? true).map(({ href, words, icon: Icon }) => (
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
        {whoIs(session) && <bdi className="who">{whoIs(session)}</bdi>}
        <div className="zone">{texts.common.zone(zone())}</div>
        <div className="row">
          <ThemeChoice />
          {session.key_required && (
            <button type="button" className="button plain small" onClick={() => void leave()}>
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
  const device = isDevice(session.data);
  useEffect(() => {
    // A paired tablet shows the kiosk and nothing else.
    if (device) router.replace("/kiosk");
  }, [device, router]);
  useEffect(() => {
    if (outside) router.replace(`/sign-in?next=${encodeURIComponent(path + window.location.search)}`);
  }, [outside, path, router]);
  if (session.error && !session.data)
    return (
      <main className="page">
        {isSignOutDue() ? (
          <Notice tone="warn">{texts.signIn.signOutDue}</Notice>
        ) : (
          <Failure error={session.error} retry={() => void session.refetch()} />
        )}
      </main>
    );
  if (outside || !session.data?.authenticated || device) return <Loading />;
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
      {session.data && <Side session={session.data} />}
      <main className="page" id="page" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
