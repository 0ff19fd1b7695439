#pragma once

#include <memory>

#include "api/camera_watch.h"
#include "config/server_config.h"
#include "relay/redis/redis_bridge.h"
#include "relay/relay.h"

namespace sas {

// What joins the live pictures of several servers: they share one PostgreSQL, and one Redis keeps their cooldowns. None
// where there is no other server, or no such Redis; logs which. Not started yet.
[[nodiscard]] std::unique_ptr<relay::RedisBridge> make_bridge(const config::ServerConfig& config,
                                                              relay::Relay& relay);

// Lets everybody hear of everything and starts the bridge. All outlive the server's requests; `watch` must
// live until the bridge is stopped. `bridge` may be none.
[[nodiscard]] Result<void> connect_live(relay::Relay& relay, relay::RedisBridge* bridge,
                                        api::CameraWatch& watch);

}  // namespace sas
