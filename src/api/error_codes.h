#pragma once
// Codes of errors that clients are told of by name, each with its status. Those that a store, the network or a fault of
// ours causes are not listed: any route may answer them, with the status of their kind (protocol::status_of).

#include <string_view>

#include "http/message.h"

namespace sas::api {

struct ErrorCode {
  std::string_view code;
  http::Status status;

  bool operator==(const ErrorCode&) const = default;
};

namespace errors {

// Of the caller.
inline constexpr ErrorCode kUnauthenticated{"unauthenticated", http::Status::unauthorized};
inline constexpr ErrorCode kKeyExpired{"key_expired", http::Status::unauthorized};
inline constexpr ErrorCode kKeyRevoked{"key_revoked", http::Status::unauthorized};
inline constexpr ErrorCode kWrongPin{"wrong_pin", http::Status::forbidden};
inline constexpr ErrorCode kForbidden{"forbidden", http::Status::forbidden};
inline constexpr ErrorCode kOriginRefused{"origin_refused", http::Status::forbidden};
inline constexpr ErrorCode kHostNotAllowed{"host_not_allowed", http::Status::forbidden};
inline constexpr ErrorCode kCrossOrigin{"cross_origin", http::Status::forbidden};
inline constexpr ErrorCode kTooManyAttempts{"too_many_attempts", http::Status::too_many_requests};

inline constexpr ErrorCode kTooManyCameras{"too_many_cameras", http::Status::too_many_requests};
inline constexpr ErrorCode kCameraTooFast{"camera_too_fast", http::Status::too_many_requests};

// Of parameters.
inline constexpr ErrorCode kUnknownParameter{"unknown_parameter", http::Status::bad_request};
inline constexpr ErrorCode kInvalidParameter{"invalid_parameter", http::Status::bad_request};
inline constexpr ErrorCode kInvalidId{"invalid_id", http::Status::bad_request};
inline constexpr ErrorCode kInvalidCursor{"invalid_cursor", http::Status::bad_request};
inline constexpr ErrorCode kInvalidZone{"invalid_zone", http::Status::bad_request};
inline constexpr ErrorCode kInvalidRange{"invalid_range", http::Status::bad_request};

// Of bodies.
inline constexpr ErrorCode kMalformedJson{"malformed_json", http::Status::bad_request};
inline constexpr ErrorCode kInvalidField{"invalid_field", http::Status::bad_request};
inline constexpr ErrorCode kInvalidVector{"invalid_vector", http::Status::bad_request};
inline constexpr ErrorCode kInvalidTime{"invalid_time", http::Status::bad_request};
inline constexpr ErrorCode kUnknownModel{"unknown_model", http::Status::bad_request};
inline constexpr ErrorCode kCapturedInFuture{"captured_in_future", http::Status::bad_request};
inline constexpr ErrorCode kCapturedTooOld{"captured_too_old", http::Status::bad_request};
inline constexpr ErrorCode kInvalidWatch{"invalid_watch", http::Status::bad_request};
inline constexpr ErrorCode kInvalidCode{"invalid_code", http::Status::bad_request};
inline constexpr ErrorCode kInvalidName{"invalid_name", http::Status::bad_request};
inline constexpr ErrorCode kMixedFaces{"mixed_faces", http::Status::bad_request};
inline constexpr ErrorCode kBodyTooLarge{"body_too_large", http::Status::payload_too_large};
inline constexpr ErrorCode kTooManyEvents{"too_many_events", http::Status::payload_too_large};
inline constexpr ErrorCode kUnsupportedMediaType{"unsupported_media_type",
                                                 http::Status::unsupported_media_type};

// Of what is stored.
inline constexpr ErrorCode kPersonNotFound{"person_not_found", http::Status::not_found};
inline constexpr ErrorCode kFaceNotFound{"face_not_found", http::Status::not_found};
inline constexpr ErrorCode kAttendanceNotFound{"attendance_not_found", http::Status::not_found};
inline constexpr ErrorCode kModelFileNotFound{"model_file_not_found", http::Status::not_found};
inline constexpr ErrorCode kKeyNotFound{"key_not_found", http::Status::not_found};
inline constexpr ErrorCode kSessionNotFound{"session_not_found", http::Status::not_found};
inline constexpr ErrorCode kPairingNotFound{"pairing_not_found", http::Status::not_found};
inline constexpr ErrorCode kPairingUsed{"pairing_used", http::Status::conflict};
inline constexpr ErrorCode kPairingExpired{"pairing_expired", http::Status::conflict};
inline constexpr ErrorCode kNoPin{"no_pin", http::Status::conflict};
inline constexpr ErrorCode kDuplicateCode{"duplicate_code", http::Status::conflict};
inline constexpr ErrorCode kDuplicateFace{"duplicate_face", http::Status::conflict};
inline constexpr ErrorCode kEventIdReused{"event_id_reused", http::Status::conflict};
inline constexpr ErrorCode kCameraNotFound{"camera_not_found", http::Status::not_found};
inline constexpr ErrorCode kCameraHasEvents{"camera_has_events", http::Status::conflict};

// Of the server's state.
inline constexpr ErrorCode kGalleryLoading{"gallery_loading", http::Status::service_unavailable};
inline constexpr ErrorCode kUpgradeRequired{"upgrade_required", http::Status::upgrade_required};

}  // namespace errors
}  // namespace sas::api
