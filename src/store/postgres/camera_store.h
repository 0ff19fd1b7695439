#pragma once

#include "store/cameras.h"
#include "store/postgres/client.h"

namespace sas::store::postgres {

class PostgresCameraStore final : public CameraStore {
 public:
  // `pool` outlives it.
  explicit PostgresCameraStore(Pool& pool) : pool_(pool) {}

  [[nodiscard]] Task<Result<void>> heartbeat(const Caller& caller, Heartbeat heartbeat) override;
  [[nodiscard]] Task<Result<std::vector<Camera>>> cameras(OrganisationId organisation) override;
  [[nodiscard]] Task<Result<Camera>> update_camera(const Caller& caller, CameraId camera, CameraChange change,
                                                   Timestamp now) override;
  [[nodiscard]] Task<Result<void>> remove_camera(const Caller& caller, CameraId camera) override;

 private:
  Pool& pool_;
};

}  // namespace sas::store::postgres
