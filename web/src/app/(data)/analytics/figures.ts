// Sums and rows for the charts, computed from the server's counts.
import type { Analytics } from "@/api/client";

export type Totals = Record<
  "arrivals" | "marked" | "cooldown" | "unknown" | "ambiguous" | "spoof" | "unproven",
  number
>;

export function totals({ hours }: Pick<Analytics, "hours">): Totals {
  const sum: Totals = {
    arrivals: 0,
    marked: 0,
    cooldown: 0,
    unknown: 0,
    ambiguous: 0,
    spoof: 0,
    unproven: 0,
  };
  for (const hour of hours) for (const key of Object.keys(sum) as (keyof Totals)[]) sum[key] += hour[key];
  return sum;
}

/** Mean over the cameras of the range up to now; null if there are no cameras. */
export function meanCoverage({ coverage }: Pick<Analytics, "coverage">): number | null {
  if (coverage.length === 0) return null;
  return coverage.reduce((sum, { fraction }) => sum + fraction, 0) / coverage.length;
}

export interface HourOfDay {
  hour: number;
  arrivals: number;
}

/** Arrivals by local hour of the day, from the first hour with any to the last. */
export function hoursOfDay({ hours }: Pick<Analytics, "hours">): HourOfDay[] {
  const counts = new Array<number>(24).fill(0);
  for (const { start, arrivals } of hours) counts[new Date(start).getHours()]! += arrivals;
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return [];
  const last = counts.findLastIndex((count) => count > 0);
  // Show at least a working day, so that a single arrival is not a bar as wide as the chart.
  const from = Math.min(first, 7);
  const to = Math.max(last, 18);
  return counts.map((arrivals, hour) => ({ hour, arrivals })).slice(from, to + 1);
}

export interface SimilarityBin {
  from: number;
  known: number;
  unknown: number;
}

/** Every bin from the lowest to the highest non-empty one, so that gaps stay visible. */
export function denseBins({ similarity }: Pick<Analytics, "similarity">): SimilarityBin[] {
  const { bins, bin_width: width, thresholds } = similarity;
  if (bins.length === 0) return [];
  const index = (value: number) => Math.round(value / width);
  const there = new Map(bins.map((bin) => [index(bin.from), bin]));
  const edges = [...there.keys(), ...thresholds.map((value) => Math.floor(value / width + 1e-6))];
  const first = Math.min(...edges) - 1;
  const last = Math.max(...edges) + 1;
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const bin = there.get(first + i);
    return {
      from: Number(((first + i) * width).toFixed(4)),
      known: bin?.known ?? 0,
      unknown: bin?.unknown ?? 0,
    };
  });
}
