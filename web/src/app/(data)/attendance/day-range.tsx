"use client";
// What the views of a day and of a week share: the site's dates, the choice of who is shown, and the steps between ranges.
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import type { Day, Seen, Site } from "@/api/days";
import { texts } from "@/texts";
import { useAddress } from "@/ui/address";
import { zone } from "@/ui/format";
import { useNow } from "@/ui/now";
import { MoreButton, Notice, Segments } from "@/ui/parts";
import { dateAt, isDate } from "@/ui/site-time";
import { DateField, PersonField } from "./filters";

export interface DayChoice {
  /** A date of the site. */
  date: string;
  /** An empty one is today. */
  setDate: (date: string) => void;
  today: string;
  person: string;
  seen: Seen;
}

const SEEN: readonly Seen[] = ["all", "yes", "no"];

/** From the page's address. */
export function useDayChoice({ zone: site, dayStartsAt }: Site): DayChoice {
  const [address, change] = useAddress();
  const today = dateAt(useNow(60_000), site, dayStartsAt);
  const named = address.get("date") ?? "";
  return {
    date: isDate(named) ? named : today,
    setDate: (date) => change({ date: isDate(date) && date !== today ? date : undefined }),
    today,
    person: address.get("person") ?? "",
    seen: SEEN.find((known) => known === address.get("seen")) ?? "all",
  };
}

/** `before` and `after` are dates in the ranges next to the one that is shown. */
export function DayFilters({
  label,
  choice,
  before,
  after,
  shown,
  children,
}: {
  label: string;
  choice: DayChoice;
  before: string;
  after: string;
  shown: string;
  children?: ReactNode;
}) {
  const [, change] = useAddress();
  return (
    <div className="filters" role="search">
      <button
        type="button"
        className="button icon step"
        aria-label={texts.attendance.previous}
        onClick={() => choice.setDate(before)}
      >
        <ChevronLeft aria-hidden />
      </button>
      <DateField label={label} value={shown} onChange={choice.setDate} />
      <button
        type="button"
        className="button icon step"
        aria-label={texts.attendance.next}
        onClick={() => choice.setDate(after)}
      >
        <ChevronRight aria-hidden />
      </button>
      <PersonField value={choice.person} onChange={(person) => change({ person })} />
      <Segments
        label={texts.attendance.seen.label}
        options={texts.attendance.seen.options}
        value={choice.seen}
        onChange={(seen) => change({ seen: seen === "all" ? undefined : seen })}
      />
      {children}
    </div>
  );
}

/** Days are the site's; viewers elsewhere are told. */
export function ZoneNote({ site }: { site: Site }) {
  if (site.zone === zone() && site.dayStartsAt === "00:00") return null;
  return <Notice>{texts.attendance.siteTime(site.zone, site.dayStartsAt)}</Notice>;
}

/** What there is to say of a day without a record. It is not an absence, and says nothing at all when no camera was watching. */
export function NoRecord({ day, today }: { day: Pick<Day, "date" | "coverage">; today: string }) {
  const words = texts.attendance;
  return (
    <span className="soft small-text">
      {day.date > today ? words.future : day.coverage ? words.noRecord : words.notWatched}
    </span>
  );
}

/** How far the list is loaded; the rest comes as it is scrolled. */
export function Loaded({
  people,
  query,
}: {
  people: number;
  query: Parameters<typeof MoreButton>[0]["query"];
}) {
  return (
    <>
      <p className="soft small-text body" role="status">
        {texts.attendance.people(people, query.hasNextPage)}
      </p>
      <MoreButton query={query} />
    </>
  );
}
