#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "api/responses.h"
#include "api/route.h"
#include "api/views.h"
#include "protocol/json_writer.h"

namespace sas::api {
namespace {

constexpr std::size_t kMaxPersonText = 64;  // of a code; an id is shorter

void write_time(protocol::JsonWriter& out, const std::optional<Timestamp>& time) {
  time ? out.text(to_rfc3339(*time)) : out.null();
}

void write(protocol::JsonWriter& out, const attendance::WatchedDay& watched) {
  const PersonDay& day = watched.day;
  out.begin_object().key("person");
  api::write(out, day.person);
  out.key("date").text(sas::to_string(day.date));
  write_time(out.key("first_at"), day.first_at);
  write_time(out.key("last_seen_at"), day.last_seen_at);
  out.key("records").integer(day.records).key("sightings").integer(day.sightings).key("coverage");
  watched.coverage ? out.number(*watched.coverage) : out.null();
  out.end_object();
}

std::string clock_text(std::chrono::minutes time) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", static_cast<int>(time.count() / 60),
                static_cast<int>(time.count() % 60));
  return text.data();
}

SeenFilter seen_filter(const std::optional<std::string>& text) {
  if (text == "yes") return SeenFilter::yes;
  return text == "no" ? SeenFilter::no : SeenFilter::all;
}

Task<Result<http::Response>> get_days(const Call& call) {
  attendance::DayService& service = call.context.services.days;
  attendance::DayRequest request{.from = call.arguments.date("from"),
                                 .to = call.arguments.date("to"),
                                 .person = call.arguments.text("person"),
                                 .seen = seen_filter(call.arguments.text("seen")),
                                 .page = call.arguments.page()};
  const auto page = co_await service.days(call.caller, std::move(request));
  if (!page) co_return page.error();
  protocol::JsonWriter out;
  out.begin_object().key("zone").text(service.site().zone());
  out.key("day_starts_at").text(clock_text(service.site().day_starts_at()));
  out.key("items").begin_array();
  for (const attendance::WatchedDay& day : page->items) write(out, day);
  out.end_array().key("next_cursor");
  page->next_cursor ? out.text(*page->next_cursor) : out.null();
  out.end_object();
  co_return json_response(http::Status::ok, out.take());
}

}  // namespace

std::vector<Route> day_routes() {
  return {
      {.verb = http::Verb::get,
       .path = "/api/v1/days",
       .needs = Right::read,
       .parameters = {{.name = "from", .kind = Parameter::Kind::date},
                      // Their order is the use case's to judge: "invalid_range".
                      {.name = "to", .kind = Parameter::Kind::date},
                      {.name = "person", .max_characters = kMaxPersonText},
                      {.name = "seen", .kind = Parameter::Kind::choice, .choices = {"all", "yes", "no"}},
                      parameters::kLimit,
                      parameters::kCursor},
       .is_long = true,
       .errors = {errors::kInvalidRange},
       .handler = get_days},
  };
}

}  // namespace sas::api
