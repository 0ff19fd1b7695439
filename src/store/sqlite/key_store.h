#pragma once

#include <string>
#include <vector>

#include "audit/row.h"
#include "store/keys.h"
#include "store/sqlite/database.h"

namespace sas::store::sqlite {

class SqliteKeyStore final : public KeyStore {
 public:
  // `database` outlives it.
  explicit SqliteKeyStore(Database& database) : database_(database) {}

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
  [[nodiscard]] bool is_shared() const override { return false; }

 private:
  [[nodiscard]] Task<Result<std::vector<AccessKey>>> list(store::Statement statement);
  // Runs an UPDATE that returns the changed key.
  [[nodiscard]] Task<Result<AccessKey>> update(KeyId id, store::Statement statement, audit::Entry entry);

  Database& database_;
};

}  // namespace sas::store::sqlite
