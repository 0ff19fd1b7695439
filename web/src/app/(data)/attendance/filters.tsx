"use client";
import type { ReactNode } from "react";
import { type AttendanceFilter, useCameras } from "@/api/queries";
import { texts } from "@/texts";
import { parseDay, startOfDay } from "@/ui/format";
import { Field } from "@/ui/parts";

/** The form's values. Days are in the viewer's time zone. */
export interface FilterForm {
  from: string;
  to: string;
  person: string;
  camera: string;
}

export const NO_FILTER: FilterForm = { from: "", to: "", person: "", camera: "" };

/** "To" is inclusive; the server expects the first instant after that day. */
export function filterOf(form: FilterForm): AttendanceFilter {
  const from = parseDay(form.from);
  const to = parseDay(form.to);
  return {
    from: from?.toISOString(),
    to: to && startOfDay(to, 1).toISOString(),
    person: form.person.trim() || undefined,
    camera: form.camera || undefined,
  };
}

export function CameraField({ value, onChange }: { value: string; onChange: (camera: string) => void }) {
  const cameras = useCameras();
  return (
    <Field label={texts.attendance.camera}>
      {(ids) => (
        <select {...ids} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{texts.common.all}</option>
          {cameras.data?.items.map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function DateField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (day: string) => void;
}) {
  return (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          type="date"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function Filters({
  form,
  onChange,
  withPerson,
  children,
}: {
  form: FilterForm;
  onChange: (form: FilterForm) => void;
  withPerson?: boolean;
  children?: ReactNode;
}) {
  const set = (change: Partial<FilterForm>) => onChange({ ...form, ...change });
  return (
    <div className="filters" role="search">
      <DateField label={texts.attendance.from} value={form.from} onChange={(from) => set({ from })} />
      <DateField label={texts.attendance.to} value={form.to} onChange={(to) => set({ to })} />
      {withPerson && (
        <Field label={texts.attendance.personCode}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="search"
              value={form.person}
              onChange={(event) => set({ person: event.target.value })}
            />
          )}
        </Field>
      )}
      <CameraField value={form.camera} onChange={(camera) => set({ camera })} />
      {children}
    </div>
  );
}
