"use client";
// Who may run the kiosk: users who are signed in, and a tablet that has been paired, also while the server is away.
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { api, ApiError, unwrap } from "@/api/client";
import { keys, useSession } from "@/api/queries";
import { isSignOutDue } from "@/api/session";
import { isAllowed, rememberAllowed, readSettings, writeSettings } from "@/kiosk/settings";
import { texts } from "@/texts";
import { explain, Failure, Field, Loading, Notice } from "@/ui/parts";

function Pairing() {
  const queries = useQueryClient();
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const words = texts.pairing;
  const pair = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      const paired = await unwrap(
        api.POST("/api/v1/pairings/{code}", { params: { path: { code: code.trim() } } }),
      );
      if (paired.kind !== "kiosk") setProblem(words.wrongKind);
      else {
        // The server's answer has set the session that holds as long as the key; no script of this page sees it again.
        const [camera] = paired.cameras ?? [];
        if (camera) writeSettings({ ...readSettings(), cameraId: camera });
        await queries.invalidateQueries({ queryKey: keys.session });
      }
    } catch (failure) {
      setProblem(explain(failure as Error));
    }
    setBusy(false);
  };
  return (
    <main className="kiosk-setup">
      <form className="card" onSubmit={(event) => void pair(event)}>
        <h1>{words.title}</h1>
        <p className="soft">{words.lede}</p>
        <Field label={words.code}>
          {(ids) => (
            <input
              {...ids}
              className="input code"
              required
              autoCapitalize="characters"
              autoComplete="off"
              spellCheck={false}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
        {problem && <Notice tone="bad">{problem}</Notice>}
        <button type="submit" className="button primary" disabled={busy || code.trim() === ""}>
          {busy ? words.busy : words.submit}
        </button>
        <Link className="button plain" href="/sign-in?next=/kiosk" prefetch={false}>
          {words.signIn}
        </Link>
      </form>
    </main>
  );
}

export function KioskGuard({ children }: { children: ReactNode }) {
  const session = useSession();
  const authenticated = session.data?.authenticated;
  const pinRequired = session.data?.pin_required ?? false;
  useEffect(() => {
    if (authenticated !== undefined) rememberAllowed(authenticated, pinRequired);
  }, [authenticated, pinRequired]);
  // Only an answer ends it: while the server is asked again and again, people are recognised.
  const [admitted, setAdmitted] = useState(false);
  const failure = session.error ?? session.failureReason;
  const away = failure instanceof ApiError && (failure.status === 0 || failure.status >= 500);
  const may = authenticated ?? (admitted || (away && isAllowed() && !isSignOutDue()));
  if (may !== admitted) setAdmitted(may);
  if (may) return children;
  if (authenticated === false) return <Pairing />;
  if (!failure) return <Loading />;
  return (
    <main className="page">
      <Failure error={failure} retry={() => void session.refetch()} />
    </main>
  );
}
