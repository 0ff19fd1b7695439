"use client";
import { Toast } from "@base-ui/react/toast";
import type { ReactNode } from "react";

/** `const say = useSay(); say("Saved.")` */
export function useSay(): (words: string) => void {
  const manager = Toast.useToastManager();
  return (words) => {
    manager.add({ title: words });
  };
}

function List() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      <Toast.Content>
        {/* It names the toast for screen readers. */}
        <Toast.Title render={<p />} />
      </Toast.Content>
    </Toast.Root>
  ));
}

export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider timeout={5000}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
