"use client";
import { texts } from "@/texts";
import { Notice } from "@/ui/parts";

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <main className="page">
      <h1>{texts.errors.pageFailed}</h1>
      <Notice
        tone="bad"
        actions={
          <button type="button" className="button small" onClick={reset}>
            {texts.common.retry}
          </button>
        }
      >
        {error.message}
      </Notice>
    </main>
  );
}
