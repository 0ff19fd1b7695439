"use client";
import { ShieldQuestion } from "lucide-react";
import { useState } from "react";
import type { Outcome, SightingRecord } from "@/api/client";
import { useSightings } from "@/api/queries";
import { texts } from "@/texts";
import { dateTime } from "@/ui/format";
import { Asked, Card, Empty, Field, MoreButton } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { camera, captured, decidedPerson, details, liveness, outcome, similarity } from "./columns";
import { DecisionDialog } from "./decision-dialog";
import { Filters, filterOf, NO_FILTER } from "./filters";

export function Decisions() {
  const [form, setForm] = useState(NO_FILTER);
  const [chosen, setChosen] = useState<Outcome | "">("");
  const sightings = useSightings(filterOf(form), chosen || undefined);
  const [opened, setOpened] = useState<SightingRecord>();
  const columns: Column<SightingRecord>[] = [
    outcome,
    decidedPerson,
    captured,
    camera,
    similarity,
    liveness,
    details((sighting: SightingRecord) => dateTime(sighting.captured_at), setOpened),
  ];
  return (
    <>
      <Filters form={form} onChange={setForm}>
        <Field label={texts.attendance.outcome}>
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={chosen}
              onChange={(event) => setChosen(event.target.value as Outcome | "")}
            >
              <option value="">{texts.common.all}</option>
              {Object.entries(texts.outcomes).map(([key, words]) => (
                <option key={key} value={key}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
      </Filters>
      <Card>
        <Asked query={sightings}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0)
              return <Empty icon={ShieldQuestion} title={texts.attendance.emptyDecisions} />;
            return (
              <>
                <Table columns={columns} rows={items} rowKey={({ event_id: id }) => id} />
                <MoreButton query={sightings} />
              </>
            );
          }}
        </Asked>
      </Card>
      {opened && <DecisionDialog decided={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}
