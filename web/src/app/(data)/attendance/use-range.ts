"use client";
import { useQuery } from "@tanstack/react-query";
import { all } from "@/api/client";
import { attendancePage, keys, useAnalytics } from "@/api/queries";
import { zone } from "@/ui/format";

export const MOST_SHOWN = 5_000;

/** The records of a range, and how much of it the cameras watched. */
export function useRange(from: Date, to: Date, camera: string) {
  const filter = { from: from.toISOString(), to: to.toISOString(), camera: camera || undefined };
  const records = useQuery({
    queryKey: [...keys.attendance, "range", filter],
    queryFn: () => all((cursor) => attendancePage(filter, cursor, 500), MOST_SHOWN),
  });
  const analytics = useAnalytics({ ...filter, zone: zone() });
  return { records, analytics };
}
