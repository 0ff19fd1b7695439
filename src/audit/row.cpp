#include "audit/row.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <sodium.h>

namespace sas::audit {
namespace {

// "LENGTH:BYTES,", so that no two rows have the same bytes (https://cr.yp.to/proto/netstrings.txt).
void append(std::string& bytes, std::string_view field) {
  bytes += std::to_string(field.size());
  bytes += ':';
  bytes += field;
  bytes += ',';
}

}  // namespace

const Hash& no_hash() {
  static const Hash zeros(2 * crypto_hash_sha256_BYTES, '0');
  return zeros;
}

Entry entry_of(OrganisationId organisation, const Subject& subject, Timestamp at, std::string_view action,
               std::string target, std::string details) {
  return {.organisation = organisation,
          .at = at,
          .subject_kind = std::string(to_string(subject.kind)),
          .subject_id = subject.id,
          .subject_key = subject.key,
          .action = std::string(action),
          .target = std::move(target),
          .details = std::move(details)};
}

Hash hash_of(const Row& row) {
  const Entry& entry = row.entry;
  std::string bytes;
  append(bytes, "attendance-audit-1");
  append(bytes, entry.organisation.to_string());
  append(bytes, std::to_string(row.sequence));
  append(bytes, std::to_string(entry.at.time_since_epoch().count()));
  append(bytes, entry.subject_kind);
  append(bytes, entry.subject_id);
  append(bytes, entry.subject_key);
  append(bytes, entry.action);
  append(bytes, entry.target);
  append(bytes, entry.details);
  append(bytes, row.previous_hash);
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  Hash hash;
  for (const unsigned char byte : digest) hash += fmt::format("{:02x}", byte);
  return hash;
}

}  // namespace sas::audit
