"use client";
import { type ReactNode, useState } from "react";
import { type AttendanceFilter, useCameras, usePersonsLike } from "@/api/queries";
import { texts } from "@/texts";
import { useAddress } from "@/ui/address";
import { matchesWords, pieceOf } from "@/ui/fold";
import { parseDay, startOfDay } from "@/ui/format";
import { Field } from "@/ui/parts";
import { useSettled } from "@/ui/settled";

/** The form's values, kept in the page's address. Days are in the viewer's time zone. */
export interface FilterForm {
  from: string;
  to: string;
  person: string;
  camera: string;
}

const NO_FILTER: FilterForm = { from: "", to: "", person: "", camera: "" };

export function useFilters(): [FilterForm, (change: Partial<FilterForm>) => void, () => void] {
  const [address, change] = useAddress();
  const value = (name: keyof FilterForm) => address.get(name) ?? "";
  const form = { from: value("from"), to: value("to"), person: value("person"), camera: value("camera") };
  return [form, change, () => change({ ...NO_FILTER })];
}

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

const MOST_SUGGESTED = 8;

/** Picks a person by name or code. `value` is the code that the lists are filtered by. */
export function PersonField({ value, onChange }: { value: string; onChange: (code: string) => void }) {
  const [text, setText] = useState(value);
  const [picked, setPicked] = useState(value);
  // Cleared or changed from outside.
  if (picked !== value) {
    setPicked(value);
    setText(value);
  }
  const search = useSettled(text.trim());
  const people = usePersonsLike(pieceOf(search), MOST_SUGGESTED);
  const found = (people.data?.items ?? []).filter(({ name, code }) => matchesWords(search, name, code));
  const options = found.map(({ code, name }) => ({ code, words: `${name} · ${code}` }));
  const pick = (code: string) => {
    setPicked(code);
    onChange(code);
  };
  const type = (typed: string) => {
    setText(typed);
    const chosen = options.find(({ words, code }) => words === typed || code === typed.trim());
    if (chosen) pick(chosen.code);
    else if (typed.trim() === "") pick("");
  };
  return (
    <Field label={texts.attendance.person}>
      {(ids) => (
        <>
          <input
            {...ids}
            className="input"
            type="search"
            dir="auto"
            list={`${ids.id}-people`}
            placeholder={texts.attendance.personHint}
            value={text}
            onChange={(event) => type(event.target.value)}
            onKeyDown={(event) => {
              // Somebody who was removed is not suggested, but their records have the code.
              if (event.key === "Enter") pick(options[0]?.code ?? text.trim());
            }}
          />
          <datalist id={`${ids.id}-people`}>
            {options.map(({ code, words }) => (
              <option key={code} value={words} />
            ))}
          </datalist>
        </>
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
  onChange: (change: Partial<FilterForm>) => void;
  withPerson?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className="filters" role="search">
      <DateField label={texts.attendance.from} value={form.from} onChange={(from) => onChange({ from })} />
      <DateField label={texts.attendance.to} value={form.to} onChange={(to) => onChange({ to })} />
      {withPerson && <PersonField value={form.person} onChange={(person) => onChange({ person })} />}
      <CameraField value={form.camera} onChange={(camera) => onChange({ camera })} />
      {children}
    </div>
  );
}
