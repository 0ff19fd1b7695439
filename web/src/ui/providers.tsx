"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { type ReactNode, useState } from "react";
import { ApiError } from "@/api/client";
import { useTheme } from "./theme";
import { Toasts } from "./toasts";

// A rejected request fails again. Only network and server errors are worth a retry.
const worthRetrying = (count: number, error: Error) =>
  count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500);

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(
    () =>
      new QueryClient({
        // A server in the house answers also where the browser takes itself to be offline.
        defaultOptions: {
          queries: { retry: worthRetrying, staleTime: 5_000, networkMode: "always" },
          mutations: { networkMode: "always" },
        },
      }),
  );
  useTheme();
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <Toasts>{children}</Toasts>
      </QueryClientProvider>
    </CSPProvider>
  );
}
