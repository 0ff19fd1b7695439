"use client";
import { ShieldQuestion } from "lucide-react";
import { useState } from "react";
import type { Outcome, SightingRecord } from "@/api/client";
import { useSightings } from "@/api/queries";
import { texts } from "@/texts";
import { dateTime, score } from "@/ui/format";
import { Asked, Card, Empty, Field, MoreButton, OutcomeBadge } from "@/ui/parts";
import { DecisionDialog } from "./decision-dialog";
import { Filters, filterOf, NO_FILTER } from "./filters";

export function Decisions() {
  const [form, setForm] = useState(NO_FILTER);
  const [outcome, setOutcome] = useState<Outcome | "">("");
  const sightings = useSightings(filterOf(form), outcome || undefined);
  const [opened, setOpened] = useState<SightingRecord>();
  const columns = texts.attendance.columns;
  return (
    <>
      <Filters form={form} onChange={setForm}>
        <Field label={texts.attendance.outcome}>
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={outcome}
              onChange={(event) => setOutcome(event.target.value as Outcome | "")}
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
                <div className="table-scroll">
                  <table className="stack">
                    <thead>
                      <tr>
                        <th scope="col">{columns.outcome}</th>
                        <th scope="col">{columns.person}</th>
                        <th scope="col">{columns.time}</th>
                        <th scope="col">{columns.camera}</th>
                        <th scope="col" className="number">
                          {columns.similarity}
                        </th>
                        <th scope="col" className="number">
                          {texts.numbers.liveness}
                        </th>
                        <th scope="col">
                          <span className="visually-hidden">{columns.details}</span>
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {items.map((sighting) => (
                        <tr key={sighting.event_id}>
                          <td data-label={columns.outcome}>
                            <OutcomeBadge outcome={sighting.outcome} />
                          </td>
                          <td data-label={columns.person}>
                            {sighting.person?.name ?? <span className="soft">{texts.live.nobody}</span>}
                          </td>
                          <td data-label={columns.time}>
                            <time dateTime={sighting.captured_at}>{dateTime(sighting.captured_at)}</time>
                          </td>
                          <td data-label={columns.camera}>{sighting.camera_id}</td>
                          <td className="number" data-label={columns.similarity}>
                            {score(sighting.similarity, "–")}
                          </td>
                          <td className="number" data-label={texts.numbers.liveness}>
                            {score(sighting.liveness, "–")}
                          </td>
                          <td className="tight">
                            <button
                              type="button"
                              className="button plain small"
                              onClick={() => setOpened(sighting)}
                            >
                              {columns.details}
                              <span className="visually-hidden"> {dateTime(sighting.captured_at)}</span>
                            </button>
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
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
