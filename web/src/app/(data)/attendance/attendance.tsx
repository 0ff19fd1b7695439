"use client";
import { Tabs } from "@base-ui/react/tabs";
import { texts } from "@/texts";
import { useChoice } from "@/ui/address";
import { PageHead } from "@/ui/parts";
import { DayView } from "./day-view";
import { Decisions } from "./decisions";
import { Records } from "./records";
import { WeekView } from "./week-view";

const TABS = ["records", "day", "week", "decisions"] as const;

export function Attendance() {
  const { tabs } = texts.attendance;
  const [tab, setTab] = useChoice("tab", TABS);
  return (
    <>
      <PageHead title={texts.attendance.title} lede={texts.attendance.lede} />
      <Tabs.Root
        value={tab}
        onValueChange={(value: unknown) => setTab(value as (typeof TABS)[number])}
        className="form"
      >
        <Tabs.List className="tabs-list" aria-label={texts.attendance.title}>
          {TABS.map((key) => (
            <Tabs.Tab key={key} value={key} className="tab">
              {tabs[key]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="records" className="form">
          <Records />
        </Tabs.Panel>
        <Tabs.Panel value="day" className="form">
          <DayView />
        </Tabs.Panel>
        <Tabs.Panel value="week" className="form">
          <WeekView />
        </Tabs.Panel>
        <Tabs.Panel value="decisions" className="form">
          <Decisions />
        </Tabs.Panel>
      </Tabs.Root>
    </>
  );
}
