"use client";
import { useQueryClient } from "@tanstack/react-query";
import { ScanFace } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useState } from "react";
import { api, ApiError, unwrap } from "@/api/client";
import { keys, useSession } from "@/api/queries";
import { isSignOutDue } from "@/api/session";
import { texts } from "@/texts";
import { explain, Field, Notice } from "@/ui/parts";

// Only redirects within the dashboard are allowed.
function nextPage(): string {
  const next = new URLSearchParams(window.location.search).get("next") ?? "";
  return /^\/[a-z-]+(\?[^#]*)?$/.test(next) ? next : "/live";
}

export function SignIn() {
  const router = useRouter();
  const queries = useQueryClient();
  const session = useSession();
  const [key, setKey] = useState("");
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");

  useEffect(() => {
    if (session.data?.authenticated) router.replace(nextPage());
  }, [session.data, router]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      await unwrap(api.POST("/api/v1/session", { body: { api_key: key } }));
      await queries.invalidateQueries({ queryKey: keys.session });
    } catch (failure) {
      const error = failure as Error;
      const status = error instanceof ApiError ? error.status : 0;
      setProblem(
        status === 401 ? texts.signIn.wrong : status === 429 ? texts.signIn.tooMany : explain(error),
      );
    }
    setBusy(false);
  };

  return (
    <main className="sign-in">
      <form className="card" onSubmit={(event) => void submit(event)}>
        <div className="brand">
          <ScanFace aria-hidden />
          {texts.brand}
        </div>
        <h1>{texts.signIn.title}</h1>
        <p className="soft">{texts.signIn.lede}</p>
        <Field label={texts.signIn.key}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type={shown ? "text" : "password"}
              autoComplete="current-password"
              required
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        <label className="check">
          <input type="checkbox" checked={shown} onChange={(event) => setShown(event.target.checked)} />
          {texts.signIn.show}
        </label>
        {session.error && (
          <Notice tone="warn">{isSignOutDue() ? texts.signIn.signOutDue : explain(session.error)}</Notice>
        )}
        {problem && <Notice tone="bad">{problem}</Notice>}
        <button type="submit" className="button primary" disabled={busy || key === ""}>
          {busy ? texts.signIn.busy : texts.signIn.submit}
        </button>
      </form>
    </main>
  );
}
