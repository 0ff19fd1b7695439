#pragma once
// What edge and server say to each other, as JSON. Both sides use these functions, so that they cannot drift
// apart. Readers refuse unknown encodings, wrong types and missing fields with invalid_argument; the message
// names the field. Unknown fields are ignored: an older server understands a newer edge.

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "domain/attendance.h"
#include "domain/enrolment.h"
#include "protocol/embedding_codec.h"

namespace sas::protocol {

// {"camera_id","vector":[…]} or
// {"camera_id","embedding","encoding","model","event_id","captured_at","liveness","quality"}
[[nodiscard]] std::string write_sighting(const IncomingSighting& sighting, EmbeddingEncoding encoding);
[[nodiscard]] Result<IncomingSighting> read_sighting(std::string_view json);

// {"events":[…]}. `max_events`: more is too_large. Each event is its own result: one bad event spoils no
// other.
[[nodiscard]] std::string write_batch(const std::vector<std::string>& sightings);
[[nodiscard]] Result<std::vector<Result<IncomingSighting>>> read_batch(std::string_view json,
                                                                       std::size_t max_events);

[[nodiscard]] std::string write_decision(const Decision& decision);
[[nodiscard]] Result<Decision> read_decision(std::string_view json);
// {"results":[…]}: a decision or {"error":{…}} each, in the order of the events.
[[nodiscard]] std::string write_batch_results(const std::vector<Result<Decision>>& results);
[[nodiscard]] Result<std::vector<Result<Decision>>> read_batch_results(std::string_view json);

// {"code","name","faces":[{"embedding","encoding","model","quality"}],"allow_duplicate"}
[[nodiscard]] std::string write_enrolment(const Enrolment& enrolment, EmbeddingEncoding encoding);
[[nodiscard]] Result<Enrolment> read_enrolment(std::string_view json);
[[nodiscard]] Result<NewFace> read_face(std::string_view json, bool& allow_duplicate);

// {"error":{"code","message","details"}}
[[nodiscard]] std::string write_error(const Error& error);
// What a server answered, as an Error again; `status` is HTTP's, for answers that are not ours.
[[nodiscard]] Error read_error(std::string_view json, unsigned status);

}  // namespace sas::protocol
