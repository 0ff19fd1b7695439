#pragma once
// People, faces, attendance and cameras as the API shows them. Never an embedding.

#include <optional>
#include <string>

#include "api/access_views.h"  // what write_one() and write_page() call must be declared before them
#include "attendance/analytics.h"
#include "domain/attendance.h"
#include "domain/caller.h"
#include "protocol/json_writer.h"
#include "store/page.h"
#include "store/people.h"

namespace sas::api {

// The fields of a person, within an object.
void write_fields(protocol::JsonWriter& out, const PersonDetails& details);
void write(protocol::JsonWriter& out, const PersonRef& person);
void write(protocol::JsonWriter& out, const FaceSummary& face);
void write(protocol::JsonWriter& out, const PersonDetails& details);
void write(protocol::JsonWriter& out, const AttendanceRecord& record);
void write(protocol::JsonWriter& out, const SightingRecord& record);
void write(protocol::JsonWriter& out, const attendance::Analytics& figures);

// A camera and its state at this moment.
struct CameraView {
  Camera camera;
  bool online = false;
  bool live = false;
};
void write(protocol::JsonWriter& out, const CameraView& view);

// What the caller may see of a decision. Scores lead back to a template, one question after the other, so who only
// recognises (a device) gets none, and who reads gets two decimals; who manages sees them as they are.
[[nodiscard]] Decision shown_to(const Caller& caller, Decision decision);

template <class T>
[[nodiscard]] std::string write_one(const T& item) {
  protocol::JsonWriter out;
  write(out, item);
  return out.take();
}

// {"items":[…],"next_cursor":null}
template <class T>
[[nodiscard]] std::string write_page(const Page<T>& page) {
  protocol::JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const T& item : page.items) write(out, item);
  out.end_array().key("next_cursor");
  page.next_cursor ? out.text(*page.next_cursor) : out.null();
  out.end_object();
  return out.take();
}

}  // namespace sas::api
