"use client";
import { useState } from "react";
import { all } from "@/api/client";
import { useAnalytics, useLongQuery } from "@/api/long-queries";
import { attendancePage, keys, LARGEST_PAGE } from "@/api/queries";
import { texts } from "@/texts";
import { zone } from "@/ui/format";

/** All records of a range, however many there are, and how much of it the cameras watched. */
export function useRange(from: Date, to: Date, camera: string) {
  const filter = { from: from.toISOString(), to: to.toISOString(), camera: camera || undefined };
  const [count, setCount] = useState(0);
  const records = useLongQuery({
    queryKey: [...keys.ranges, filter],
    queryFn: (signal) => {
      setCount(0);
      return all(
        (cursor) => {
          signal.throwIfAborted();
          return attendancePage(filter, cursor, LARGEST_PAGE);
        },
        { progress: setCount },
      );
    },
  });
  const analytics = useAnalytics({ ...filter, zone: zone() });
  const loading = count > 0 ? texts.attendance.loadingRecords(count) : undefined;
  return { records, loading, analytics };
}
