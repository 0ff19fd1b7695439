"use client";
import { CalendarX2, Download, FileSpreadsheet } from "lucide-react";
import { useState } from "react";
import { all, type AttendanceRecord, TooMany } from "@/api/client";
import { type AttendanceFilter, attendancePage, LARGEST_PAGE, useAttendance, useRecord } from "@/api/queries";
import { texts } from "@/texts";
import { useOpened } from "@/ui/address";
import { MOST_ROWS, saveExcel } from "@/ui/files";
import { dayValue } from "@/ui/format";
import { Asked, Card, Empty, Failure, MoreButton } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { camera, captured, code, details, person, SHEET, similarity } from "./columns";
import { DecisionDialog } from "./decision-dialog";
import { Filters, filterOf, useFilters } from "./filters";

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
      const records = await all((cursor) => attendancePage(filter, cursor, { limit: LARGEST_PAGE }), {
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

/** One that is listed, or, from a link or after a reload, one that the server knows. */
function RecordDialog({
  id,
  listed,
  onClose,
}: {
  id: string;
  listed: AttendanceRecord | undefined;
  onClose: () => void;
}) {
  const asked = useRecord(listed ? null : id);
  const record = listed ?? asked.data;
  if (!record) return asked.error ? <Failure error={asked.error} /> : null;
  return <DecisionDialog decided={{ ...record, outcome: "marked", attendance_id: id }} onClose={onClose} />;
}

export function Records() {
  const [form, setForm, reset] = useFilters();
  const filter = filterOf(form);
  const records = useAttendance(filter);
  const { opened, open, close } = useOpened("record");
  const items = records.data?.pages.flatMap((page) => page.items) ?? [];
  const columns: Column<AttendanceRecord>[] = [
    person,
    code,
    captured,
    camera,
    similarity,
    details(
      (record: AttendanceRecord) => texts.attendance.show(record.person.name),
      ({ id }) => open(id),
    ),
  ];
  return (
    <>
      <Filters form={form} onChange={setForm} withPerson>
        <div className="row-buttons">
          <Export filter={filter} />
          <button type="button" className="button plain" onClick={reset}>
            {texts.attendance.reset}
          </button>
        </div>
      </Filters>
      <Card>
        <Asked query={records}>
          {() =>
            items.length === 0 ? (
              <Empty icon={CalendarX2} title={texts.attendance.empty} hint={texts.attendance.emptyHint} />
            ) : (
              <>
                <Table columns={columns} rows={items} rowKey={({ id }) => id} onRow={({ id }) => open(id)} />
                <MoreButton query={records} />
              </>
            )
          }
        </Asked>
      </Card>
      {opened !== null && (
        <RecordDialog id={opened} listed={items.find(({ id }) => id === opened)} onClose={close} />
      )}
    </>
  );
}
