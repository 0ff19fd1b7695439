#pragma once

#include "store/cameras.h"
#include "store/sqlite/database.h"

namespace sas::store::sqlite {

class SqliteCameraStore final : public CameraStore {
 public:
  // `database` outlives it.
  explicit SqliteCameraStore(Database& database) : database_(database) {}

  [[nodiscard]] Task<Result<void>> heartbeat(const Caller& caller, Heartbeat heartbeat) override;
  [[nodiscard]] Task<Result<std::vector<Camera>>> cameras(OrganisationId organisation) override;
  [[nodiscard]] Task<Result<Camera>> update_camera(const Caller& caller, CameraId camera, CameraChange change,
                                                   Timestamp now) override;
  [[nodiscard]] Task<Result<void>> remove_camera(const Caller& caller, CameraId camera) override;

 private:
  Database& database_;
};

}  // namespace sas::store::sqlite
