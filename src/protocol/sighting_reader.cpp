// The hot path of the server: a sighting is read in one pass over the text, without building a tree (ADR
// 0040).

#include <array>
#include <bitset>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include "protocol/fields.h"
#include "protocol/json_reader.h"
#include "protocol/messages.h"

namespace sas::protocol {
namespace {

enum class Field : std::uint8_t {
  camera_id,
  vector,
  embedding,
  encoding,
  model,
  event_id,
  captured_at,
  sent_at,
  first_score,  // of kFaceScores, which follow in their order
  other = first_score + kFaceScores.size()
};
constexpr auto kFirstScore = static_cast<std::size_t>(Field::first_score);
constexpr auto kFieldCount = static_cast<std::size_t>(Field::other);
constexpr auto kFieldNames = [] {
  std::array<std::string_view, kFieldCount> names{"camera_id", "vector",   "embedding",   "encoding",
                                                  "model",     "event_id", "captured_at", "sent_at"};
  for (std::size_t i = 0; i < kFaceScores.size(); ++i) names[kFirstScore + i] = kFaceScores[i].name;
  return names;
}();

Field field_of(std::string_view name) {
  for (std::size_t i = 0; i < kFieldCount; ++i)
    if (kFieldNames[i] == name) return static_cast<Field>(i);
  return Field::other;
}
std::string_view name_of(Field field) { return kFieldNames[static_cast<std::size_t>(field)]; }
bool is_score(Field field) { return field >= Field::first_score && field != Field::other; }
const FaceScore& score_of(Field field) { return kFaceScores[static_cast<std::size_t>(field) - kFirstScore]; }

std::string_view expected_of(Field field) {
  if (field == Field::vector) return "must be a list of 512 numbers";
  return is_score(field) ? "must be a number from 0 to 1" : "must be text";
}

// One sighting while it is being read. Reused, so that its buffers are.
class Draft {
 public:
  void start() {
    seen_.reset();
    error_.reset();
    count_ = 0;
    scores_ = {};
    for (std::string& text : texts_) text.clear();
  }

  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }
  void begin_field(Field field) {
    if (field == Field::other) return;
    const auto index = static_cast<std::size_t>(field);
    if (seen_.test(index)) fail(invalid_field(name_of(field), "stands twice in the object"));
    seen_.set(index);
  }
  void set_null(Field field) {
    if (field != Field::other) seen_.reset(static_cast<std::size_t>(field));
  }
  void append_text(Field field, std::string_view part) {
    texts_[static_cast<std::size_t>(field)].append(part);
  }
  void set_score(Field field, double value) {
    auto score = parse_score(name_of(field), value);
    if (!score) return fail(std::move(score).error());
    scores_.*score_of(field).value = *score;
  }
  void add_number(double value) {
    if (count_ < kEmbeddingSize) {
      if (std::abs(value) > static_cast<double>(std::numeric_limits<float>::max()))
        return fail(in_vector("is too large for a 32-bit float"));
      values_[count_] = static_cast<float>(value);
    }
    ++count_;
  }
  [[nodiscard]] Error in_vector(std::string_view why) const {
    Error error = invalid_field(fmt::format("vector[{}]", count_), why);
    error.code = "invalid_vector";
    return error;
  }

  [[nodiscard]] Result<IncomingSighting> finish() const {
    if (error_) return *error_;
    if (!has(Field::camera_id)) return invalid_field("camera_id", "missing; expected text");
    auto camera = parse_camera_id("camera_id", text(Field::camera_id));
    if (!camera) return std::move(camera).error();
    auto embedding = finish_embedding();
    if (!embedding) return std::move(embedding).error();

    IncomingSighting sighting{.camera = std::move(*camera),
                              .embedding = *embedding,
                              .model = {},
                              .event = {},
                              .captured_at = {},
                              .scores = scores_};
    if (has(Field::model)) {
      auto model = parse_model_id("model", text(Field::model));
      if (!model) return std::move(model).error();
      sighting.model = std::move(*model);
    }
    if (has(Field::event_id)) {
      auto event = EventId::parse(text(Field::event_id));
      if (!event) return at_field("event_id", std::move(event).error());
      if (event->is_nil()) return invalid_field("event_id", "the nil UUID names no event; send a new one");
      sighting.event = *event;
    }
    if (has(Field::captured_at)) {
      auto time = parse_rfc3339(text(Field::captured_at));
      if (!time) return at_field("captured_at", std::move(time).error());
      sighting.captured_at = *time;
    }
    if (has(Field::sent_at)) {
      auto time = parse_rfc3339(text(Field::sent_at));
      if (!time) return at_field("sent_at", std::move(time).error());
      sighting.sent_at = *time;
    }
    return sighting;
  }

 private:
  [[nodiscard]] bool has(Field field) const { return seen_.test(static_cast<std::size_t>(field)); }
  [[nodiscard]] const std::string& text(Field field) const { return texts_[static_cast<std::size_t>(field)]; }

  [[nodiscard]] Result<Embedding> finish_embedding() const {
    if (has(Field::vector) == has(Field::embedding))
      return invalid_field(
          "vector", has(Field::vector) ? "stands beside \"embedding\"; send one of the two"
                                       : "missing; expected 512 numbers, or \"embedding\" and \"encoding\"");
    if (has(Field::vector)) {
      if (has(Field::encoding))
        return invalid_field("encoding", "belongs to \"embedding\", not to \"vector\"");
      if (count_ != kEmbeddingSize) {
        Error error = invalid_field("vector", fmt::format("has {} numbers, expected 512", count_));
        error.code = "invalid_vector";
        return error;
      }
      auto embedding = Embedding::normalised(values_);
      if (!embedding) return at_field("vector", std::move(embedding).error());
      return embedding;
    }
    if (!has(Field::encoding))
      return invalid_field("encoding", "missing beside \"embedding\"; expected \"f32\", \"f16\" or \"i8\"");
    const auto encoding = parse_encoding_field("encoding", text(Field::encoding));
    if (!encoding) return encoding.error();
    auto embedding = decode_embedding(text(Field::embedding), *encoding);
    if (!embedding) return at_field("embedding", std::move(embedding).error());
    return embedding;
  }

  std::bitset<kFieldCount> seen_;
  std::array<std::string, kFieldCount> texts_;
  std::array<float, kEmbeddingSize> values_{};
  std::size_t count_ = 0;  // numbers of the vector so far, counted past 512 but not kept
  FaceScores scores_;
  std::optional<Error> error_;  // the first
};

// Takes Boost.JSON's events. A sighting is the root (single) or an element of the root's "events" (batch).
class SightingHandler {
 public:
  using error_code = boost::system::error_code;
  using string_view = boost::json::string_view;
  static constexpr auto max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr auto max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr auto max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr auto max_string_size = std::numeric_limits<std::size_t>::max();

  // max_events 0: single.
  explicit SightingHandler(std::size_t max_events)
      : max_events_(max_events), sighting_depth_(max_events == 0 ? 1 : 3) {}

  bool on_document_begin(error_code& /*ec*/) { return true; }
  bool on_document_end(error_code& /*ec*/) { return true; }

  bool on_object_begin(error_code& ec) {
    if (is_element() && !begin_element(ec)) return false;
    ++depth_;
    if (depth_ == sighting_depth_ && (is_single() || in_events_)) {
      in_sighting_ = true;
      draft_.start();
    } else {
      refuse_container();
    }
    return true;
  }
  bool on_object_end(std::size_t /*size*/, error_code& /*ec*/) {
    if (in_sighting_ && depth_ == sighting_depth_) {
      in_sighting_ = false;
      results_.push_back(draft_.finish());
    }
    --depth_;
    return true;
  }

  bool on_array_begin(error_code& ec) {
    if (is_element() && !begin_element(ec)) return false;
    ++depth_;
    if (is_events_value()) {
      if (has_events_) return stop(invalid_field("events", "stands twice in the object"), ec);
      has_events_ = in_events_ = true;
    } else if (is_field_value() && field_ == Field::vector) {
      in_vector_ = true;
    } else {
      refuse_container();
    }
    if (is_element_container()) results_.emplace_back(not_an_object());
    return true;
  }
  bool on_array_end(std::size_t /*size*/, error_code& /*ec*/) {
    if (in_vector_ && depth_ == sighting_depth_ + 1) in_vector_ = false;
    if (in_events_ && depth_ == 2) in_events_ = false;
    --depth_;
    return true;
  }

  bool on_key_part(string_view part, std::size_t /*size*/, error_code& /*ec*/) {
    if (key_.size() <= kLongestName) key_.append(part.substr(0, kLongestName + 1));
    return true;
  }
  bool on_key(string_view last, std::size_t /*size*/, error_code& /*ec*/) {
    if (key_.size() <= kLongestName) key_.append(last.substr(0, kLongestName + 1));
    if (in_sighting_ && depth_ == sighting_depth_) {
      field_ = field_of(key_);
      draft_.begin_field(field_);
    } else if (!is_single() && depth_ == 1) {
      root_key_is_events_ = key_ == "events";
    }
    key_.clear();
    return true;
  }

  bool on_string_part(string_view part, std::size_t /*size*/, error_code& /*ec*/) { return take_text(part); }
  bool on_string(string_view last, std::size_t /*size*/, error_code& ec) {
    take_text(last);
    if (in_vector_) draft_.fail(draft_.in_vector("must be a number, not text"));
    if (at_field_level() && (field_ == Field::vector || is_score(field_))) wrong_type();
    return scalar_element(ec);
  }
  bool on_number_part(string_view /*part*/, error_code& /*ec*/) { return true; }
  bool on_int64(std::int64_t number, string_view /*part*/, error_code& ec) {
    return take_number(static_cast<double>(number), ec);
  }
  bool on_uint64(std::uint64_t number, string_view /*part*/, error_code& ec) {
    return take_number(static_cast<double>(number), ec);
  }
  bool on_double(double number, string_view /*part*/, error_code& ec) { return take_number(number, ec); }
  bool on_bool(bool /*value*/, error_code& ec) {
    if (in_vector_) draft_.fail(draft_.in_vector("must be a number, not true or false"));
    if (at_field_level()) wrong_type();
    return scalar_element(ec);
  }
  bool on_null(error_code& ec) {
    if (in_vector_) draft_.fail(draft_.in_vector("must be a number, not null"));
    if (at_field_level()) draft_.set_null(field_);
    return scalar_element(ec);
  }
  bool on_comment_part(string_view /*part*/, error_code& /*ec*/) { return true; }
  bool on_comment(string_view /*part*/, error_code& /*ec*/) { return true; }

  [[nodiscard]] std::vector<Result<IncomingSighting>> take_results() { return std::move(results_); }
  [[nodiscard]] const std::optional<Error>& fatal() const { return fatal_; }
  [[nodiscard]] bool has_events() const { return has_events_; }

 private:
  static constexpr std::size_t kLongestName = 16;

  [[nodiscard]] bool is_single() const { return max_events_ == 0; }
  // The next value is an element of the list of events.
  [[nodiscard]] bool is_element() const { return in_events_ && depth_ == 2; }
  // A list that was just opened stands where an event should.
  [[nodiscard]] bool is_element_container() const { return in_events_ && depth_ == 3 && !in_sighting_; }
  // A list that was just opened is the value of the root's "events".
  [[nodiscard]] bool is_events_value() const { return !is_single() && depth_ == 2 && root_key_is_events_; }
  [[nodiscard]] bool at_field_level() const {
    return in_sighting_ && depth_ == sighting_depth_ && field_ != Field::other;
  }
  // An object or a list that was just opened is the value of a field.
  [[nodiscard]] bool is_field_value() const { return in_sighting_ && depth_ == sighting_depth_ + 1; }

  void wrong_type() { draft_.fail(invalid_field(name_of(field_), expected_of(field_))); }
  void refuse_container() {
    if (in_vector_)
      draft_.fail(draft_.in_vector("must be a number, not a list or an object"));
    else if (is_field_value() && field_ != Field::other)
      wrong_type();
  }
  [[nodiscard]] Error not_an_object() const {
    return invalid_field(fmt::format("events[{}]", results_.size()), "must be an object");
  }

  bool take_text(std::string_view part) {
    if (at_field_level() && field_ != Field::vector && !is_score(field_)) draft_.append_text(field_, part);
    return true;
  }
  bool take_number(double number, error_code& ec) {
    if (in_vector_) {
      if (depth_ == sighting_depth_ + 1) draft_.add_number(number);
      return true;
    }
    if (at_field_level()) {
      if (is_score(field_))
        draft_.set_score(field_, number);
      else
        wrong_type();
    }
    return scalar_element(ec);
  }

  // False with `ec` set stops the parser.
  bool stop(Error error, error_code& ec) {
    fatal_ = std::move(error);
    ec = boost::json::error::exception;
    return false;
  }
  bool begin_element(error_code& ec) {
    if (results_.size() < max_events_) return true;
    return stop(
        Error::of(ErrorKind::too_large, "too_many_events",
                  fmt::format("events: at most {} events in one batch; send them in several", max_events_),
                  {{"field", "events"}, {"max_events", max_events_}}),
        ec);
  }
  // A text, number, true, false or null outside of sightings.
  bool scalar_element(error_code& ec) {
    if (!is_element()) {
      if (!is_single() && depth_ == 1 && root_key_is_events_)
        return stop(invalid_field("events", "must be a list of events"), ec);
      return true;
    }
    if (!begin_element(ec)) return false;
    results_.emplace_back(not_an_object());
    return true;
  }

  const std::size_t max_events_;
  const std::size_t sighting_depth_;  // of open containers inside a sighting
  std::size_t depth_ = 0;
  bool root_key_is_events_ = false;
  bool has_events_ = false;
  bool in_events_ = false;
  bool in_sighting_ = false;
  bool in_vector_ = false;
  std::string key_;
  Field field_ = Field::other;
  Draft draft_;
  std::vector<Result<IncomingSighting>> results_;
  std::optional<Error> fatal_;
};

Result<void> parse(boost::json::basic_parser<SightingHandler>& parser, std::string_view json) {
  boost::system::error_code ec;
  const std::size_t consumed = parser.write_some(false, json.data(), json.size(), ec);
  if (parser.handler().fatal()) return *parser.handler().fatal();
  if (!ec && consumed < json.size()) ec = boost::json::error::extra_data;
  if (ec) return malformed_json(json, ec, consumed);
  return {};
}

boost::json::parse_options options() {
  boost::json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  return options;
}

}  // namespace

Result<IncomingSighting> read_sighting(std::string_view json) {
  boost::json::basic_parser<SightingHandler> parser(options(), std::size_t{0});
  if (auto parsed = parse(parser, json); !parsed) return std::move(parsed).error();
  auto results = parser.handler().take_results();
  if (results.empty())
    return Error::of(ErrorKind::invalid_argument, "malformed_json",
                     "the body is JSON but not an object; expected {\"camera_id\",\"vector\"}");
  return std::move(results.front());
}

Result<std::vector<Result<IncomingSighting>>> read_batch(std::string_view json, std::size_t max_events) {
  boost::json::basic_parser<SightingHandler> parser(options(), max_events);
  if (auto parsed = parse(parser, json); !parsed) return std::move(parsed).error();
  if (!parser.handler().has_events()) return invalid_field("events", "missing; expected {\"events\":[...]}");
  return parser.handler().take_results();
}

}  // namespace sas::protocol
