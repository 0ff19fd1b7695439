"use client";
// When each camera watched, over the whole range: what stands beside every figure, in full.
import { EyeOff } from "lucide-react";
import type { Analytics } from "@/api/client";
import { texts } from "@/texts";
import { dateTimeShort } from "@/ui/format";
import { Card, Empty, share } from "@/ui/parts";

export function CoverageChart({ figures }: { figures: Analytics }) {
  const from = new Date(figures.from).getTime();
  const to = Math.min(new Date(figures.to).getTime(), Math.max(new Date(figures.now).getTime(), from + 1));
  const at = (time: string) => ((new Date(time).getTime() - from) / (to - from)) * 1000;
  return (
    <Card title={texts.analytics.coverageTitle}>
      <div className="body">
        <p className="soft small-text">{texts.analytics.coverageLede}</p>
        {figures.coverage.length === 0 ? (
          <Empty icon={EyeOff} title={texts.analytics.noCameras} />
        ) : (
          <table className="coverage">
            <thead>
              <tr>
                <th scope="col">{texts.analytics.camera}</th>
                <th scope="col" className="strip-cell">
                  {dateTimeShort(from)} – {dateTimeShort(to)}
                </th>
                <th scope="col" className="number">
                  {texts.analytics.watched}
                </th>
              </tr>
            </thead>
            <tbody>
              {figures.coverage.map(({ camera_id: id, intervals, fraction }) => (
                <tr key={id}>
                  <th scope="row" className="tight">
                    {id}
                  </th>
                  <td className="strip-cell">
                    <svg className="strip" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden>
                      <rect className="ground" width="1000" height="10" />
                      {intervals.map((interval) => (
                        <rect
                          key={interval.from}
                          className="mark"
                          x={at(interval.from)}
                          width={Math.max(at(interval.to) - at(interval.from), 1.5)}
                          height="10"
                        />
                      ))}
                    </svg>
                  </td>
                  <td className="number">{share(fraction)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Card>
  );
}
