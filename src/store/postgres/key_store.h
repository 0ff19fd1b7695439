#pragma once

#include <string>
#include <vector>

#include "store/keys.h"
#include "store/postgres/client.h"
#include "store/statement.h"

namespace sas::store::postgres {

class PostgresKeyStore final : public KeyStore {
 public:
  // `pool` outlives it.
  explicit PostgresKeyStore(Pool& pool) : pool_(pool) {}

  [[nodiscard]] Task<Result<void>> add(const Caller& caller, AccessKey key) override;
  [[nodiscard]] Task<Result<std::vector<AccessKey>>> keys(OrganisationId organisation) override;
  [[nodiscard]] Task<Result<std::vector<AccessKey>>> every_key() override;
  [[nodiscard]] Task<Result<std::int64_t>> changes() override;
  [[nodiscard]] Task<Result<std::optional<AccessKey>>> find_by_hash(std::string hash) override;
  [[nodiscard]] Task<Result<AccessKey>> change(const Caller& caller, KeyId id, KeyChange change) override;
  [[nodiscard]] Task<Result<AccessKey>> rotate(const Caller& caller, KeyId id, KeyRotation rotation) override;
  [[nodiscard]] Task<Result<void>> revoke(const Caller& caller, KeyId id, Timestamp at) override;
  [[nodiscard]] Task<Result<void>> used(std::vector<KeyUse> uses) override;
  [[nodiscard]] Task<Result<void>> begin_pairing(const Caller& caller, Pairing pairing) override;
  [[nodiscard]] Task<Result<std::optional<Pairing>>> pairing(std::string code_hash) override;
  [[nodiscard]] Task<Result<void>> pair(const Caller& caller, std::string code_hash, AccessKey key) override;
  [[nodiscard]] bool is_shared() const override { return true; }

 private:
  Pool& pool_;
};

}  // namespace sas::store::postgres
