"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { refreshAccess } from "@/api/access";
import { api, unwrap } from "@/api/client";
import { keys } from "@/api/queries";
import { texts } from "@/texts";
import { explain } from "@/ui/parts";
import { useSay } from "@/ui/toasts";

/** Ends one session. */
export function EndButton({ id, name }: { id: string; name: string }) {
  const queries = useQueryClient();
  const say = useSay();
  const ending = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/api/v1/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSuccess: () => say(texts.access.ended(name)),
    onError: (error) => say(explain(error)),
    onSettled: async () => {
      await refreshAccess(queries);
      // It may have been this browser's own.
      await queries.invalidateQueries({ queryKey: keys.session });
    },
  });
  return (
    <button
      type="button"
      className="button plain small danger"
      disabled={ending.isPending}
      onClick={() => ending.mutate()}
    >
      {texts.access.end}
      <span className="visually-hidden"> {name}</span>
    </button>
  );
}
