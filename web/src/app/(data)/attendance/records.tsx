"use client";
import { CalendarX2, Download, FileSpreadsheet } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { all, type AttendanceRecord, TooMany } from "@/api/client";
import { type AttendanceFilter, attendancePage, LARGEST_PAGE, useAttendance } from "@/api/queries";
import { texts } from "@/texts";
import { MOST_ROWS, saveExcel } from "@/ui/files";
import { dayValue } from "@/ui/format";
import { Asked, Card, Empty, Failure, MoreButton } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { camera, captured, code, details, person, SHEET, similarity } from "./columns";
import { DecisionDialog } from "./decision-dialog";
import { Filters, filterOf, NO_FILTER } from "./filters";

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
      const records = await all((cursor) => attendancePage(filter, cursor, LARGEST_PAGE), {
        most: MOST_ROWS,
        progress: setCount,
      });
      const name = `attendance-${dayValue(new Date())}.xlsx`;
      await saveExcel(name, texts.attendance.sheet.title, SHEET, records);
    } catch (failure) {
      const words = failure instanceof TooMany && texts.attendance.tooManyRows(failure.most);
      setProblem(words ? new Error(words) : (failure as Error));
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
  const columns: Column<AttendanceRecord>[] = [
    person,
    code,
    captured,
    camera,
    similarity,
    details((record: AttendanceRecord) => texts.attendance.show(record.person.name), setOpened),
  ];
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
                <Table columns={columns} rows={items} rowKey={({ id }) => id} />
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
