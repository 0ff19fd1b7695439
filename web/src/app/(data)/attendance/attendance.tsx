"use client";
import { Tabs } from "@base-ui/react/tabs";
import { texts } from "@/texts";
import { PageHead } from "@/ui/parts";
import { DayView } from "./day-view";
import { Decisions } from "./decisions";
import { Records } from "./records";
import { WeekView } from "./week-view";

export function Attendance() {
  const { tabs } = texts.attendance;
  return (
    <>
      <PageHead title={texts.attendance.title} lede={texts.attendance.lede} />
      <Tabs.Root defaultValue="records" className="form">
        <Tabs.List className="tabs-list" aria-label={texts.attendance.title}>
          {Object.entries(tabs).map(([key, words]) => (
            <Tabs.Tab key={key} value={key} className="tab">
              {words}
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
