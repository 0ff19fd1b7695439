"use client";
import { CalendarX2, Download, FileSpreadsheet } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { all, type AttendanceRecord } from "@/api/client";
import { type AttendanceFilter, attendancePage, useAttendance } from "@/api/queries";
import { texts } from "@/texts";
import { dateTime, score } from "@/ui/format";
import { Asked, Card, Empty, Failure, MoreButton, PersonCell } from "@/ui/parts";
import { DecisionDialog } from "./decision-dialog";
import { Filters, filterOf, NO_FILTER } from "./filters";
import { saveSheet } from "./sheet";

const MOST_EXPORTED = 200_000;

function csvAddress(filter: AttendanceFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) query.set(name, String(value));
  const text = query.toString();
  return `/api/v1/attendance.csv${text ? `?${text}` : ""}`;
}

function Export({ filter }: { filter: AttendanceFilter }) {
  const [count, setCount] = useState<number>();
  const [problem, setProblem] = useState<Error>();
  const excel = async () => {
    setProblem(undefined);
    setCount(0);
    try {
      await saveSheet(await all((cursor) => attendancePage(filter, cursor, 500), MOST_EXPORTED, setCount));
    } catch (failure) {
      setProblem(failure as Error);
    }
    setCount(undefined);
  };
  return (
    <>
      <a className="button" href={csvAddress(filter)} download="attendance.csv">
        <Download aria-hidden />
        {texts.attendance.csv}
      </a>
      <button type="button" className="button" disabled={count !== undefined} onClick={() => void excel()}>
        <FileSpreadsheet aria-hidden />
        {count === undefined ? texts.attendance.xlsx : texts.attendance.exporting(count)}
      </button>
      {problem && <Failure error={problem} />}
    </>
  );
}

export function Records() {
  const [form, setForm] = useState(NO_FILTER);
  const filter = filterOf(useDeferredValue(form));
  const records = useAttendance(filter);
  const [opened, setOpened] = useState<AttendanceRecord>();
  const columns = texts.attendance.columns;
  return (
    <>
      <Filters form={form} onChange={setForm} withPerson>
        <div className="row-buttons">
          <Export filter={filter} />
          <button type="button" className="button plain" onClick={() => setForm(NO_FILTER)}>
            {texts.attendance.reset}
          </button>
        </div>
      </Filters>
      <Card>
        <Asked query={records}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0)
              return (
                <Empty icon={CalendarX2} title={texts.attendance.empty} hint={texts.attendance.emptyHint} />
              );
            return (
              <>
                <div className="table-scroll">
                  <table className="stack">
                    <thead>
                      <tr>
                        <th scope="col">{columns.person}</th>
                        <th scope="col">{columns.code}</th>
                        <th scope="col">{columns.time}</th>
                        <th scope="col">{columns.camera}</th>
                        <th scope="col" className="number">
                          {columns.similarity}
                        </th>
                        <th scope="col">
                          <span className="visually-hidden">{columns.details}</span>
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {items.map((record) => (
                        <tr key={record.id}>
                          <th scope="row">
                            <PersonCell name={record.person.name} />
                          </th>
                          <td data-label={columns.code}>{record.person.code}</td>
                          <td data-label={columns.time}>
                            <time dateTime={record.captured_at}>{dateTime(record.captured_at)}</time>
                          </td>
                          <td data-label={columns.camera}>{record.camera_id}</td>
                          <td className="number" data-label={columns.similarity}>
                            {score(record.similarity, "")}
                          </td>
                          <td className="tight">
                            <button
                              type="button"
                              className="button plain small"
                              onClick={() => setOpened(record)}
                            >
                              {columns.details}
                              <span className="visually-hidden">
                                {" "}
                                {texts.attendance.show(record.person.name)}
                              </span>
                            </button>
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
                <MoreButton query={records} />
              </>
            );
          }}
        </Asked>
      </Card>
      {opened && (
        <DecisionDialog
          decided={{ ...opened, outcome: "marked", attendance_id: opened.id }}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  );
}
