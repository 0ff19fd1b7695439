#pragma once
// The JSON messages between edge and server. Both sides use these functions, so that they cannot drift apart.
// Readers refuse unknown encodings, wrong types and missing fields with invalid_argument; the message names
// the field. Unknown fields are ignored: an older server understands a newer edge.

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "domain/attendance.h"
#include "domain/enrolment.h"
#include "protocol/embedding_codec.h"

namespace sas::protocol {

// {"camera_id","vector":[…]} or
// {"camera_id","embedding","encoding","model","event_id","captured_at","sent_at","liveness",
//  "quality"}
[[nodiscard]] std::string write_sighting(const IncomingSighting& sighting, EmbeddingEncoding encoding);
[[nodiscard]] Result<IncomingSighting> read_sighting(std::string_view json);
// Adds the time of this attempt to send, by the sender's clock, to a written sighting. The server compares
// the clocks by it, even if the event itself waited.
[[nodiscard]] std::string with_sent_at(const std::string& sighting, Timestamp sent_at);

// {"events":[…]}. `max_events`: more is too_large. Each event has its own result: a bad event does
// not affect the others.
[[nodiscard]] std::string write_batch(const std::vector<std::string>& sightings);
[[nodiscard]] Result<std::vector<Result<IncomingSighting>>> read_batch(std::string_view json,
                                                                       std::size_t max_events);

[[nodiscard]] std::string write_decision(const Decision& decision);
[[nodiscard]] Result<Decision> read_decision(std::string_view json);
// {"results":[…]}: a decision or {"error":{…},"status":503} each, in the order of the events; the status is
// that of the event if it had been sent alone.
[[nodiscard]] std::string write_batch_results(const std::vector<Result<Decision>>& results);
[[nodiscard]] Result<std::vector<Result<Decision>>> read_batch_results(std::string_view json);

// At most this many faces in one enrolment.
inline constexpr std::size_t kMaxFacesPerEnrolment = 32;

// {"code","name","faces":[{"embedding","encoding","model","quality"}],"allow_duplicate"}; a face may have
// "vector" instead of "embedding" and "encoding", as a sighting may.
[[nodiscard]] std::string write_enrolment(const Enrolment& enrolment, EmbeddingEncoding encoding);
[[nodiscard]] Result<Enrolment> read_enrolment(std::string_view json);
// {"embedding","encoding","model","quality","allow_duplicate"}
[[nodiscard]] std::string write_face(const NewFace& face, EmbeddingEncoding encoding, bool allow_duplicate);
[[nodiscard]] Result<NewFace> read_face(std::string_view json, bool& allow_duplicate);

// {"error":{"code","message","details"}}
[[nodiscard]] std::string write_error(const Error& error);
// The HTTP status of an error; defined only here. A request that may succeed later without a change gets 5xx:
// unavailable, resource_exhausted and failed_precondition 503; data_loss and internal 500.
[[nodiscard]] unsigned status_of(ErrorKind kind);
// A server's answer as an Error; its kind comes from the HTTP `status`. "unexpected_answer": an answer that
// is not ours.
[[nodiscard]] Error read_error(std::string_view json, unsigned status);

}  // namespace sas::protocol
