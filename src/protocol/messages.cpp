#include "protocol/messages.h"

#include <cmath>
#include <limits>
#include <utility>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "protocol/fields.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"

namespace sas::protocol {
namespace {

void write_error_object(JsonWriter& out, const Error& error) {
  out.begin_object().key("code").text(error.code).key("message").text(error.message);
  out.key("details").begin_object();
  for (const auto& [name, value] : error.details) out.key(name).value(value);
  out.end_object().end_object();
}

void write_decision_object(JsonWriter& out, const Decision& decision) {
  out.begin_object();
  out.key("event_id").text(decision.event.to_string());
  out.key("outcome").text(to_string(decision.outcome));
  out.key("person");
  if (decision.person) {
    out.begin_object().key("id").text(decision.person->id.to_string());
    out.key("code").text(decision.person->code).key("name").text(decision.person->name).end_object();
  } else {
    out.null();
  }
  out.key("similarity").number(decision.similarity);
  out.key("runner_up").number(decision.runner_up);
  out.key("score").number(decision.score);
  out.key("threshold").number(static_cast<double>(decision.threshold));
  out.key("threshold_source");
  decision.threshold_source ? out.text(to_string(*decision.threshold_source)) : out.null();
  out.key("attendance_id");
  decision.attendance ? out.text(decision.attendance->to_string()) : out.null();
  out.key("cooldown_until");
  decision.cooldown_until ? out.text(to_rfc3339(*decision.cooldown_until)) : out.null();
  out.end_object();
}

Error error_from(const boost::json::object& object, ErrorKind kind) {
  const ObjectReader reader(object, "error");
  Error error = Error::of(kind, "the server gave no reason");
  if (const auto code = reader.optional_text("code"); code && *code) error.code = **code;
  if (const auto message = reader.optional_text("message"); message && *message) error.message = **message;
  if (const auto details = reader.optional_object("details"); details && *details != nullptr)
    error.details = **details;
  return error;
}

// The inverse of status_of, as far as there is one, and of what proxies answer. invalid_argument, conflict and
// too_large only for statuses that are about the content of the request: for these an edge rejects an event.
ErrorKind kind_of_status(unsigned status) {
  switch (status) {
    case 400:
    case 422:
      return ErrorKind::invalid_argument;
    case 401:
      return ErrorKind::unauthenticated;
    case 403:
      return ErrorKind::permission_denied;
    case 404:
      return ErrorKind::not_found;
    case 409:
      return ErrorKind::conflict;
    case 413:
      return ErrorKind::too_large;
    case 408:
    case 502:
    case 503:
    case 504:
      return ErrorKind::unavailable;
    case 429:
      return ErrorKind::resource_exhausted;
    default:
      return status >= 400 && status < 500 ? ErrorKind::failed_precondition : ErrorKind::internal;
  }
}

template <class Id>
Result<Id> read_id(const ObjectReader& reader, std::string_view name) {
  const auto text = reader.text(name);
  if (!text) return text.error();
  auto id = Id::parse(*text);
  if (!id) return at_field(reader.path_of(name), std::move(id).error());
  return *id;
}

Result<std::optional<float>> read_cosine(const ObjectReader& reader, std::string_view name) {
  const auto number = reader.optional_number(name);
  if (!number) return number.error();
  if (!*number) return std::optional<float>();
  return std::optional<float>(static_cast<float>(**number));
}

Result<Decision> decision_from(const boost::json::object& object) {
  const ObjectReader reader(object);
  Decision decision;
  const auto event = read_id<EventId>(reader, "event_id");
  if (!event) return event.error();
  decision.event = *event;

  const auto outcome_name = reader.text("outcome");
  if (!outcome_name) return outcome_name.error();
  const auto outcome = parse_outcome(*outcome_name);
  if (!outcome) return invalid_field("outcome", fmt::format("unknown: \"{}\"", outcome_name->substr(0, 32)));
  decision.outcome = *outcome;

  const auto person = reader.optional_object("person");
  if (!person) return person.error();
  if (*person != nullptr) {
    const ObjectReader person_reader(**person, "person");
    const auto id = read_id<PersonId>(person_reader, "id");
    if (!id) return id.error();
    auto code = person_reader.text("code");
    if (!code) return std::move(code).error();
    auto name = person_reader.text("name");
    if (!name) return std::move(name).error();
    decision.person = PersonRef{*id, std::move(*code), std::move(*name)};
  }

  const auto similarity = read_cosine(reader, "similarity");
  if (!similarity) return similarity.error();
  decision.similarity = *similarity;
  const auto runner_up = read_cosine(reader, "runner_up");
  if (!runner_up) return runner_up.error();
  decision.runner_up = *runner_up;
  const auto threshold = read_cosine(reader, "threshold");
  if (!threshold) return threshold.error();
  // Null: a caller who may only recognise is not told.
  if (!*threshold && object.find("threshold") == object.end())
    return reader.missing("threshold", "a number or null");
  decision.threshold = threshold->value_or(std::numeric_limits<float>::quiet_NaN());
  const auto score = reader.optional_number("score");
  if (!score) return score.error();
  if (*score) decision.score = static_cast<float>(**score);
  const auto source = reader.optional_text("threshold_source");
  if (!source) return source.error();
  if (*source) decision.threshold_source = parse_threshold_source(**source);

  if (reader.find("attendance_id") != nullptr) {
    const auto attendance = read_id<AttendanceId>(reader, "attendance_id");
    if (!attendance) return attendance.error();
    decision.attendance = *attendance;
  }
  const auto until = reader.optional_text("cooldown_until");
  if (!until) return until.error();
  if (*until) {
    auto time = parse_rfc3339(**until);
    if (!time) return at_field("cooldown_until", std::move(time).error());
    decision.cooldown_until = *time;
  }
  return decision;
}

Result<Embedding> vector_from(const boost::json::array& numbers, const std::string& path) {
  std::vector<float> values;
  values.reserve(numbers.size());
  for (const boost::json::value& number : numbers) {
    const double value = number.is_number() ? number.to_number<double>() : 0;
    if (!number.is_number() || std::abs(value) > static_cast<double>(std::numeric_limits<float>::max())) {
      Error error = invalid_field(fmt::format("{}[{}]", path, values.size()), "must be a 32-bit number");
      error.code = "invalid_vector";
      return error;
    }
    values.push_back(static_cast<float>(value));
  }
  auto embedding = Embedding::normalised(values);
  if (!embedding) return at_field(path, std::move(embedding).error());
  return embedding;
}

Result<Embedding> embedding_from(const ObjectReader& reader) {
  const auto numbers = reader.optional_array("vector");
  if (!numbers) return numbers.error();
  const auto base64 = reader.optional_text("embedding");
  if (!base64) return base64.error();
  const auto encoding_name = reader.optional_text("encoding");
  if (!encoding_name) return encoding_name.error();

  if (*numbers != nullptr && *base64)
    return invalid_field(reader.path_of("vector"), "stands beside \"embedding\"; send one of the two");
  if (*numbers != nullptr) {
    if (*encoding_name)
      return invalid_field(reader.path_of("encoding"), "belongs to \"embedding\", not to \"vector\"");
    return vector_from(**numbers, reader.path_of("vector"));
  }
  if (!*base64) return reader.missing("embedding", "base64 with \"encoding\", or \"vector\": 512 numbers");
  if (!*encoding_name) return reader.missing("encoding", "\"f32\", \"f16\" or \"i8\"");
  const auto encoding = parse_encoding_field(reader.path_of("encoding"), **encoding_name);
  if (!encoding) return encoding.error();
  auto embedding = decode_embedding(**base64, *encoding);
  if (!embedding) return at_field(reader.path_of("embedding"), std::move(embedding).error());
  return embedding;
}

Result<NewFace> face_from(const ObjectReader& reader) {
  auto embedding = embedding_from(reader);
  if (!embedding) return std::move(embedding).error();
  NewFace face{*embedding, {}, 0};
  const auto model = reader.optional_text("model");
  if (!model) return model.error();
  if (*model) {
    auto id = parse_model_id(reader.path_of("model"), **model);
    if (!id) return std::move(id).error();
    face.model = std::move(*id);
  }
  const auto quality = reader.optional_number("quality");
  if (!quality) return quality.error();
  if (*quality) {
    const auto score = parse_score(reader.path_of("quality"), **quality);
    if (!score) return score.error();
    face.quality = *score;
  }
  return face;
}

void write_face_object(JsonWriter& out, const NewFace& face, EmbeddingEncoding encoding,
                       bool allow_duplicate = false) {
  out.begin_object().key("embedding").text(encode_embedding(face.embedding, encoding));
  out.key("encoding").text(to_string(encoding));
  if (face.model) out.key("model").text(face.model->value);
  out.key("quality").number(static_cast<double>(face.quality));
  if (allow_duplicate) out.key("allow_duplicate").boolean(true);
  out.end_object();
}

}  // namespace

std::string write_sighting(const IncomingSighting& sighting, EmbeddingEncoding encoding) {
  JsonWriter out;
  out.begin_object().key("camera_id").text(sighting.camera.value);
  out.key("embedding").text(encode_embedding(sighting.embedding, encoding));
  out.key("encoding").text(to_string(encoding));
  if (sighting.model) out.key("model").text(sighting.model->value);
  if (sighting.event) out.key("event_id").text(sighting.event->to_string());
  if (sighting.captured_at) out.key("captured_at").text(to_rfc3339(*sighting.captured_at));
  for (const FaceScore& score : kFaceScores)
    if (const auto value = sighting.scores.*score.value) out.key(score.name).number(value);
  out.end_object();
  return out.take();
}

std::string with_sent_at(const std::string& sighting, Timestamp sent_at) {
  // Our own writer made it: it begins with "{" and has a field at least.
  return R"({"sent_at":")" + to_rfc3339(sent_at) + "\"," + sighting.substr(1);
}

std::string write_batch(const std::vector<std::string>& sightings) {
  JsonWriter out;
  out.begin_object().key("events").begin_array();
  for (const std::string& sighting : sightings) out.raw(sighting);
  out.end_array().end_object();
  return out.take();
}

std::string write_decision(const Decision& decision) {
  JsonWriter out;
  write_decision_object(out, decision);
  return out.take();
}

Result<Decision> read_decision(std::string_view json) {
  const auto object = parse_object(json);
  if (!object) return object.error();
  return decision_from(*object);
}

std::string write_batch_results(const std::vector<Result<Decision>>& results) {
  JsonWriter out;
  out.begin_object().key("results").begin_array();
  for (const Result<Decision>& result : results) {
    if (result) {
      write_decision_object(out, *result);
    } else {
      out.begin_object().key("error");
      write_error_object(out, result.error());
      out.key("status").integer(status_of(result.error().kind)).end_object();
    }
  }
  out.end_array().end_object();
  return out.take();
}

Result<std::vector<Result<Decision>>> read_batch_results(std::string_view json) {
  const auto object = parse_object(json);
  if (!object) return object.error();
  const ObjectReader reader(*object);
  const auto items = reader.optional_array("results");
  if (!items) return items.error();
  if (*items == nullptr) return reader.missing("results", "a list");

  std::vector<Result<Decision>> results;
  results.reserve((*items)->size());
  for (const boost::json::value& item : **items) {
    const std::string path = fmt::format("results[{}]", results.size());
    if (!item.is_object()) return invalid_field(path, "must be an object");
    const ObjectReader item_reader(item.get_object(), path);
    const auto error = item_reader.optional_object("error");
    if (!error) return error.error();
    if (*error != nullptr) {
      const auto status = item_reader.optional_number("status");
      if (!status) return status.error();
      const bool is_status = *status && **status >= 100 && **status <= 599;
      results.emplace_back(
          error_from(**error, kind_of_status(is_status ? static_cast<unsigned>(**status) : 500)));
      continue;
    }
    auto decision = decision_from(item.get_object());
    if (!decision) return at_field(path, std::move(decision).error());
    results.emplace_back(std::move(*decision));
  }
  return results;
}

std::string write_enrolment(const Enrolment& enrolment, EmbeddingEncoding encoding) {
  JsonWriter out;
  out.begin_object().key("code").text(enrolment.code).key("name").text(enrolment.name);
  out.key("faces").begin_array();
  for (const NewFace& face : enrolment.faces) write_face_object(out, face, encoding);
  out.end_array();
  if (enrolment.allow_duplicate) out.key("allow_duplicate").boolean(true);
  out.end_object();
  return out.take();
}

Result<Enrolment> read_enrolment(std::string_view json) {
  const auto object = parse_object(json);
  if (!object) return object.error();
  const ObjectReader reader(*object);
  Enrolment enrolment;
  auto code = reader.text("code");
  if (!code) return std::move(code).error();
  enrolment.code = std::move(*code);
  auto name = reader.text("name");
  if (!name) return std::move(name).error();
  enrolment.name = std::move(*name);
  const auto allow_duplicate = reader.boolean_or("allow_duplicate", false);
  if (!allow_duplicate) return allow_duplicate.error();
  enrolment.allow_duplicate = *allow_duplicate;

  const auto faces = reader.optional_array("faces");
  if (!faces) return faces.error();
  if (*faces == nullptr) return enrolment;
  if ((*faces)->size() > kMaxFacesPerEnrolment)
    return invalid_field("faces", fmt::format("has {} faces, at most {} can be sent at once",
                                              (*faces)->size(), kMaxFacesPerEnrolment));
  for (const boost::json::value& item : **faces) {
    const std::string path = fmt::format("faces[{}]", enrolment.faces.size());
    if (!item.is_object()) return invalid_field(path, "must be an object");
    auto face = face_from(ObjectReader(item.get_object(), path));
    if (!face) return std::move(face).error();
    enrolment.faces.push_back(std::move(*face));
  }
  return enrolment;
}

std::string write_face(const NewFace& face, EmbeddingEncoding encoding, bool allow_duplicate) {
  JsonWriter out;
  write_face_object(out, face, encoding, allow_duplicate);
  return out.take();
}

Result<NewFace> read_face(std::string_view json, bool& allow_duplicate) {
  const auto object = parse_object(json);
  if (!object) return object.error();
  const ObjectReader reader(*object);
  const auto allowed = reader.boolean_or("allow_duplicate", false);
  if (!allowed) return allowed.error();
  allow_duplicate = *allowed;
  return face_from(reader);
}

std::string write_error(const Error& error) {
  JsonWriter out;
  out.begin_object().key("error");
  write_error_object(out, error);
  out.end_object();
  return out.take();
}

unsigned status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_argument:
      return 400;
    case ErrorKind::unauthenticated:
      return 401;
    case ErrorKind::permission_denied:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::resource_exhausted:
    case ErrorKind::failed_precondition:
    case ErrorKind::unavailable:
      return 503;
    case ErrorKind::data_loss:
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

Error read_error(std::string_view json, unsigned status) {
  const ErrorKind kind = kind_of_status(status);
  if (const auto object = parse_object(json)) {
    const auto error = ObjectReader(*object).optional_object("error");
    if (error && *error != nullptr) return error_from(**error, kind);
  }
  return Error::of(
      kind, "unexpected_answer",
      fmt::format("the server answered {} and not in our form; is that address really attendd, or "
                  "something in front of it?",
                  status),
      {{"status", status}});
}

}  // namespace sas::protocol
