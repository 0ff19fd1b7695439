"use client";
// The small building blocks of every page.
import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { AlertCircle, AlertTriangle, CheckCircle2, CircleOff, Eye, EyeOff, Info, X } from "lucide-react";
import type { ComponentType, ReactNode } from "react";
import { ApiError, type Outcome } from "@/api/client";
import { percent, texts } from "@/texts";
import { initials } from "./format";

export type Tone = "good" | "warn" | "bad" | "quiet";

export function PageHead({ title, lede, children }: { title: string; lede: string; children?: ReactNode }) {
  return (
    <div className="page-head">
      <div>
        <h1>{title}</h1>
        <p>{lede}</p>
      </div>
      {children && <div className="actions">{children}</div>}
    </div>
  );
}

export function Card({
  title,
  children,
  actions,
}: {
  title?: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <section className="card" aria-label={title}>
      {title && (
        <header>
          <h2>{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}

export function Badge({
  tone = "quiet",
  dot,
  children,
}: {
  tone?: Tone;
  dot?: boolean;
  children: ReactNode;
}) {
  return (
    <span className={`badge ${tone}`}>
      {dot && <span className="dot" aria-hidden />}
      {children}
    </span>
  );
}

const OUTCOME_TONES: Record<Outcome, Tone> = {
  marked: "good",
  cooldown: "quiet",
  unknown: "warn",
  ambiguous: "warn",
  spoof: "bad",
  unproven: "warn",
};

export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  return <Badge tone={OUTCOME_TONES[outcome]}>{texts.outcomes[outcome]}</Badge>;
}

const NOTICE_ICONS: Record<Tone, ComponentType> = {
  good: CheckCircle2,
  warn: AlertTriangle,
  bad: AlertCircle,
  quiet: Info,
};

export function Notice({
  tone = "quiet",
  children,
  actions,
}: {
  tone?: Tone;
  children: ReactNode;
  actions?: ReactNode;
}) {
  const Icon = NOTICE_ICONS[tone];
  return (
    <div className={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <Icon aria-hidden />
      <div>
        {children}
        {actions && <div className="actions">{actions}</div>}
      </div>
    </div>
  );
}

export function explain(error: Error): string {
  if (error instanceof ApiError) {
    if (error.status === 0) return `${texts.errors.unreachable} ${texts.errors.unreachableHint}`;
    return error.message || texts.errors.status(error.status);
  }
  return error.message;
}

export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  return (
    <Notice
      tone="bad"
      actions={
        retry && (
          <button type="button" className="button small" onClick={retry}>
            {texts.common.retry}
          </button>
        )
      }
    >
      {explain(error)}
    </Notice>
  );
}

export function Loading({ words = texts.common.loading }: { words?: string }) {
  return (
    <div className="loading" role="status">
      <span className="spinner" aria-hidden />
      {words}
    </div>
  );
}

export function Empty({
  icon: Icon = CircleOff,
  title,
  hint,
  children,
}: {
  icon?: ComponentType<{ "aria-hidden"?: boolean }>;
  title: string;
  hint?: string;
  children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon aria-hidden />
      <strong>{title}</strong>
      {hint && <p>{hint}</p>}
      {children}
    </div>
  );
}

/** Shows that a query is loading, that it failed, or its data. */
export function Asked<T>({
  query,
  loading,
  children,
}: {
  query: { data: T | undefined; error: Error | null; refetch: () => unknown };
  /** What to say while it is loading, if that may take long. */
  loading?: string;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined)
    return (
      <>
        {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
        {children(query.data)}
      </>
    );
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Loading words={loading} />;
}

export function MoreButton({
  query,
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}) {
  if (!query.hasNextPage) return null;
  return (
    <div className="loading">
      <button
        type="button"
        className="button"
        disabled={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {query.isFetchingNextPage ? texts.common.loadingMore : texts.common.more}
      </button>
    </div>
  );
}

export function Modal({
  open,
  onClose,
  title,
  lede,
  wide,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  lede?: string;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="dialog-backdrop" />
        <BaseDialog.Popup className={wide ? "dialog wide" : "dialog"}>
          <div className="dialog-title">
            <BaseDialog.Title dir="auto">{title}</BaseDialog.Title>
            <BaseDialog.Close className="button plain icon small" aria-label={texts.common.close}>
              <X aria-hidden />
            </BaseDialog.Close>
          </div>
          {lede && <BaseDialog.Description className="lede">{lede}</BaseDialog.Description>}
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

export function Field({
  label,
  hint,
  grow,
  children,
}: {
  label: string;
  hint?: string;
  grow?: boolean;
  children: (ids: { id: string; "aria-describedby"?: string }) => ReactNode;
}) {
  const id = `field-${label.replace(/\W+/g, "-").toLowerCase()}`;
  return (
    <div className={grow ? "field grow" : "field"}>
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": hint ? `${id}-hint` : undefined })}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}

/** A value from 0 to 1, as a bar and a number. */
export function Meter({ value, label }: { value: number; label: string }) {
  const tone = value >= 0.5 ? "" : value >= 0.25 ? "warn" : "bad";
  return (
    <span className={`meter ${tone}`}>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden>
        <rect width={Math.max(0, Math.min(1, value)) * 100} height="10" />
      </svg>
      <span>
        <span className="visually-hidden">{label}: </span>
        {value.toFixed(2)}
      </span>
    </span>
  );
}

/** A person's name, in its own direction whatever the page's is. A long one wraps. */
export function Name({ children }: { children: string }) {
  return <bdi className="name">{children}</bdi>;
}

/** A person's code, like Name but narrower. */
export function Code({ children }: { children: string }) {
  return <bdi className="name code">{children}</bdi>;
}

export function PersonCell({ name, code }: { name: string; code?: string }) {
  return (
    <span className="person">
      <span className="avatar" aria-hidden>
        {initials(name)}
      </span>
      <span>
        <Name>{name}</Name>
        {code && (
          <span className="soft small-text">
            <span className="separator"> · </span>
            <Code>{code}</Code>
          </span>
        )}
      </span>
    </span>
  );
}

/** How much of a range the cameras watched. Shown next to every figure for that range. */
export function CoverageNote({ share }: { share: number | null }) {
  const all = share !== null && share >= 0.995;
  const Icon = share === null || share === 0 ? EyeOff : Eye;
  return (
    <span className={all ? "coverage-note" : "coverage-note part"}>
      <Icon aria-hidden />
      {share === null || share === 0 ? texts.analytics.coverageNone : texts.analytics.coverage(share)}
    </span>
  );
}

export const share = (value: number | null): string => (value === null ? "–" : percent(value));

export function Segments<K extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: Record<K, string>;
  value: K;
  onChange: (value: K) => void;
}) {
  return (
    <div className="segments" role="group" aria-label={label}>
      {(Object.keys(options) as K[]).map((key) => (
        <button key={key} type="button" aria-pressed={key === value} onClick={() => onChange(key)}>
          {options[key]}
        </button>
      ))}
    </div>
  );
}
