#include "api/views.h"

#include <chrono>

namespace sas::api {

using protocol::JsonWriter;

void write(JsonWriter& out, const FaceSummary& face) {
  out.begin_object().key("id").text(face.id.to_string()).key("model").text(face.model.value);
  out.key("quality").number(static_cast<double>(face.quality));
  out.key("created_at").text(to_rfc3339(face.created_at)).end_object();
}

void write(JsonWriter& out, const PersonDetails& details) {
  const Person& person = details.person;
  out.begin_object().key("id").text(person.id.to_string());
  out.key("code").text(person.code).key("name").text(person.name);
  out.key("created_at").text(to_rfc3339(person.created_at));
  out.key("updated_at").text(to_rfc3339(person.updated_at));
  out.key("faces").begin_array();
  for (const FaceSummary& face : details.faces) write(out, face);
  out.end_array().end_object();
}

void write(JsonWriter& out, const AttendanceRecord& record) {
  out.begin_object().key("id").text(record.id.to_string());
  out.key("event_id").text(record.event.to_string());
  out.key("person").begin_object().key("id").text(record.person.id.to_string());
  out.key("code").text(record.person.code).key("name").text(record.person.name).end_object();
  out.key("camera_id").text(record.camera.value);
  out.key("captured_at").text(to_rfc3339(record.captured_at));
  out.key("received_at").text(to_rfc3339(record.received_at));
  out.key("model").text(record.model.value);
  out.key("similarity").number(static_cast<double>(record.similarity));
  out.key("runner_up").number(record.runner_up);
  out.key("threshold").number(static_cast<double>(record.threshold));
  out.key("liveness").number(record.liveness);
  out.key("quality").number(record.quality).end_object();
}

void write(JsonWriter& out, const Camera& camera) {
  out.begin_object().key("id").text(camera.id.value);
  out.key("first_seen").text(to_rfc3339(camera.first_seen));
  out.key("last_seen").text(to_rfc3339(camera.last_seen));
  out.key("clock_skew_seconds").number(std::chrono::duration<double>(camera.clock_skew).count());
  out.key("events").integer(camera.events).end_object();
}

}  // namespace sas::api
