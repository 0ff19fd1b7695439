#include "domain/access_key.h"

namespace sas {

std::string_view to_string(DeviceKind kind) { return kind == DeviceKind::kiosk ? "kiosk" : "edge"; }

std::optional<DeviceKind> parse_device_kind(std::string_view text) {
  for (const DeviceKind kind : {DeviceKind::kiosk, DeviceKind::edge})
    if (to_string(kind) == text) return kind;
  return std::nullopt;
}

}  // namespace sas
