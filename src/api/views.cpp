#include "api/views.h"

#include <chrono>
#include <cmath>
#include <limits>

#include "protocol/attendance.h"

namespace sas::api {

using protocol::JsonWriter;

namespace {

void write_time(JsonWriter& out, const std::optional<Timestamp>& time) {
  time ? out.text(to_rfc3339(*time)) : out.null();
}
void write_text(JsonWriter& out, const std::optional<std::string>& text) {
  text ? out.text(*text) : out.null();
}
void write_integer(JsonWriter& out, const std::optional<std::int64_t>& number) {
  number ? out.integer(*number) : out.null();
}
void write_number(JsonWriter& out, const std::optional<double>& number) {
  number ? out.number(*number) : out.null();
}
void write_counts(JsonWriter& out, const attendance::OutcomeCounts& counts) {
  out.key("marked").integer(counts.marked).key("cooldown").integer(counts.cooldown);
  out.key("unknown").integer(counts.unknown).key("ambiguous").integer(counts.ambiguous);
  out.key("spoof").integer(counts.spoof).key("unproven").integer(counts.unproven);
}

}  // namespace

void write(JsonWriter& out, const FaceSummary& face) {
  out.begin_object().key("id").text(face.id.to_string()).key("model").text(face.model.value);
  out.key("quality").number(static_cast<double>(face.quality));
  out.key("created_at").text(to_rfc3339(face.created_at)).end_object();
}

void write_fields(JsonWriter& out, const PersonDetails& details) {
  const Person& person = details.person;
  out.key("id").text(person.id.to_string());
  out.key("code").text(person.code).key("name").text(person.name);
  out.key("created_at").text(to_rfc3339(person.created_at));
  out.key("updated_at").text(to_rfc3339(person.updated_at));
  out.key("faces").begin_array();
  for (const FaceSummary& face : details.faces) write(out, face);
  out.end_array();
}

void write(JsonWriter& out, const PersonDetails& details) {
  out.begin_object();
  write_fields(out, details);
  out.end_object();
}

void write(JsonWriter& out, const PersonRef& person) {
  out.begin_object().key("id").text(person.id.to_string());
  out.key("code").text(person.code).key("name").text(person.name).end_object();
}

void write(JsonWriter& out, const AttendanceRecord& record) { protocol::write_attendance(out, record); }

void write(JsonWriter& out, const SightingRecord& record) {
  const Decision& decision = record.decision;
  out.begin_object().key("event_id").text(decision.event.to_string());
  out.key("outcome").text(to_string(decision.outcome));
  out.key("camera_id").text(record.camera.value).key("person");
  if (decision.person) {
    out.begin_object().key("id").text(decision.person->id.to_string());
    out.key("code").text(decision.person->code).key("name").text(decision.person->name).end_object();
  } else {
    out.null();
  }
  out.key("attendance_id");
  decision.attendance ? out.text(decision.attendance->to_string()) : out.null();
  out.key("captured_at").text(to_rfc3339(record.captured_at));
  out.key("received_at").text(to_rfc3339(record.received_at));
  out.key("model").text(record.model.value);
  out.key("similarity").number(decision.similarity);
  out.key("runner_up").number(decision.runner_up);
  out.key("score").number(decision.score);
  out.key("threshold").number(static_cast<double>(decision.threshold));
  out.key("threshold_source");
  decision.threshold_source ? out.text(to_string(*decision.threshold_source)) : out.null();
  protocol::write_scores(out, record.scores);
  write_time(out.key("cooldown_until"), decision.cooldown_until);
  out.end_object();
}

void write(JsonWriter& out, const CameraView& view) {
  const Camera& camera = view.camera;
  out.begin_object().key("id").text(camera.id.value);
  out.key("first_seen").text(to_rfc3339(camera.first_seen));
  out.key("last_seen").text(to_rfc3339(camera.last_seen));
  out.key("clock_skew_seconds").number(std::chrono::duration<double>(camera.clock_skew).count());
  out.key("events").integer(camera.events);
  out.key("online").boolean(view.online).key("live").boolean(view.live);
  out.key("fps").number(camera.fps);
  write_integer(out.key("outbox_waiting"), camera.outbox_waiting);
  write_time(out.key("outbox_oldest"), camera.outbox_oldest);
  write_text(out.key("software"), camera.software);
  write_text(out.key("model"), camera.model);
  write_text(out.key("name"), camera.name);
  out.key("direction").text(to_string(camera.direction));
  out.key("retired").boolean(camera.retired_at.has_value());
  write_time(out.key("retired_at"), camera.retired_at);
  out.end_object();
}

void write(JsonWriter& out, const attendance::Analytics& figures) {
  out.begin_object().key("from").text(to_rfc3339(figures.range.from));
  out.key("to").text(to_rfc3339(figures.range.to));
  out.key("zone").text(figures.zone).key("now").text(to_rfc3339(figures.now));
  out.key("enrolled").integer(figures.enrolled).key("present").integer(figures.present);
  out.key("days").begin_array();
  for (const auto& day : figures.days) {
    out.begin_object().key("date").text(day.date);
    out.key("start").text(to_rfc3339(day.range.from)).key("end").text(to_rfc3339(day.range.to));
    out.key("present").integer(day.present);
    write_number(out.key("coverage"), day.coverage);
    out.end_object();
  }
  out.end_array().key("hours").begin_array();
  for (const auto& hour : figures.hours) {
    out.begin_object().key("start").text(to_rfc3339(hour.start)).key("arrivals").integer(hour.arrivals);
    write_counts(out, hour.counts);
    write_number(out.key("coverage"), hour.coverage);
    out.end_object();
  }
  out.end_array().key("cameras").begin_array();
  for (const auto& camera : figures.cameras) {
    out.begin_object().key("camera_id").text(camera.camera.value);
    write_counts(out, camera.counts);
    out.end_object();
  }
  out.end_array().key("similarity").begin_object().key("bin_width").number(kSimilarityBin);
  out.key("bins").begin_array();
  for (const auto& bin : figures.bins) {
    out.begin_object().key("from").number(kSimilarityBin * static_cast<double>(bin.index) - 1);
    out.key("known").integer(bin.known).key("unknown").integer(bin.unknown).end_object();
  }
  out.end_array().key("thresholds").begin_array();
  for (const float threshold : figures.thresholds) out.number(static_cast<double>(threshold));
  out.end_array().end_object();
  out.key("latency_ms").begin_object();
  write_integer(out.key("p50"), figures.latency.p50);
  write_integer(out.key("p95"), figures.latency.p95);
  write_integer(out.key("p99"), figures.latency.p99);
  out.key("events").integer(figures.latency.events).end_object();
  out.key("coverage").begin_array();
  for (const auto& camera : figures.coverage) {
    out.begin_object().key("camera_id").text(camera.camera.value).key("intervals").begin_array();
    for (const Interval& interval : camera.intervals)
      out.begin_object()
          .key("from")
          .text(to_rfc3339(interval.from))
          .key("to")
          .text(to_rfc3339(interval.to))
          .end_object();
    out.end_array().key("fraction").number(camera.fraction).end_object();
  }
  out.end_array().end_object();
}

Decision shown_to(const Caller& caller, Decision decision) {
  if (caller.rights.contain(Right::manage)) return decision;
  for (std::optional<float>* const score : {&decision.similarity, &decision.runner_up}) {
    if (!caller.rights.contain(Right::read)) score->reset();
    if (*score) *score = std::round(**score * 100) / 100;
  }
  if (!caller.rights.contain(Right::read)) {
    decision.score.reset();
    decision.threshold = std::numeric_limits<float>::quiet_NaN();  // which is written as null
  }
  return decision;
}

}  // namespace sas::api
