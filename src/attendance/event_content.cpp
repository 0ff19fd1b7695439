#include "attendance/event_content.h"

#include <cstdint>
#include <span>
#include <string_view>

#include <sodium/crypto_generichash.h>

namespace sas::attendance {
namespace {

// Each field is preceded by its size, so that no two contents are written alike.
class Hash {
 public:
  Hash() { crypto_generichash_init(&state_, nullptr, 0, ContentDigest{}.size()); }

  void add(const void* bytes, std::uint64_t size) {
    update(&size, sizeof size);
    update(bytes, size);
  }
  void add(std::string_view text) { add(text.data(), text.size()); }
  template <class T>
  void add_number(const std::optional<T>& number) {
    if (number)
      add(&*number, sizeof *number);
    else
      add(nullptr, 0);
  }
  [[nodiscard]] ContentDigest finish() {
    ContentDigest digest;
    crypto_generichash_final(&state_, digest.data(), digest.size());
    return digest;
  }

 private:
  void update(const void* bytes, std::uint64_t size) {
    crypto_generichash_update(&state_, static_cast<const unsigned char*>(bytes), size);
  }

  crypto_generichash_state state_{};
};

}  // namespace

ContentDigest digest_of(const IncomingSighting& sighting) {
  Hash hash;
  hash.add(sighting.camera.value);
  hash.add(sighting.model ? std::string_view(sighting.model->value) : std::string_view());
  std::optional<std::int64_t> captured_at;
  if (sighting.captured_at) captured_at = sighting.captured_at->time_since_epoch().count();
  hash.add_number(captured_at);
  for (const FaceScore& score : kFaceScores) hash.add_number(sighting.scores.*score.value);
  const auto values = sighting.embedding.values();
  hash.add(values.data(), values.size_bytes());
  return hash.finish();
}

}  // namespace sas::attendance
