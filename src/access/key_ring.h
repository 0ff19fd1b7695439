#pragma once
// Every key that was made, in memory, so that a request is judged without asking the store.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "domain/access_key.h"
#include "store/keys.h"

namespace sas::access {

// Which key somebody showed, and by which of its secrets: a rotation ends what was proved with the old one.
struct KeyProof {
  KeyId id;
  std::string hash;

  bool operator==(const KeyProof&) const = default;
};

struct KeyRingOptions {
  // How often changes by other servers are looked for, and last uses written.
  std::chrono::milliseconds look_every{500};
  // The last use of one key is written at most so often.
  std::chrono::seconds write_use_every{60};
};

// Judges keys from memory: a lookup takes a hash and a short lock, and never waits for the store. Knows the changes of this
// server when refresh() has completed, and those of other servers a little later. While the store does not answer, what
// was known last counts. It has a thread of its own. Thread-safe.
class KeyRing {
 public:
  enum class State : std::uint8_t {
    unknown,  // no key was ever made with this hash, or a rotation has ended it
    valid,
    expired,
    revoked
  };
  struct Found {
    State state = State::unknown;
    std::shared_ptr<const AccessKey> key = nullptr;  // none: unknown
  };

  // Reads all keys before it returns. Both outlive it. Errors: see Store.
  [[nodiscard]] static Result<std::unique_ptr<KeyRing>> open(KeyStore& store, const Clock& clock,
                                                             KeyRingOptions options = {});
  ~KeyRing();
  KeyRing(const KeyRing&) = delete;
  KeyRing& operator=(const KeyRing&) = delete;

  // The key with this hash_of().
  [[nodiscard]] Found find(std::string_view hash) const;
  [[nodiscard]] Found find(KeyId id) const;
  // Whether what was shown still counts.
  [[nodiscard]] bool holds(const KeyProof& proof) const;
  // Notes that the key is used now; it is written later.
  void note_use(KeyId id) const;
  // The key's last use as far as this server knows it; none: this server has seen none.
  [[nodiscard]] std::optional<Timestamp> last_use(KeyId id) const;

  // Reads the keys again if they have changed. After an error the ring tries again by itself.
  [[nodiscard]] Task<Result<void>> refresh();

 private:
  struct Impl;
  explicit KeyRing(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas::access
