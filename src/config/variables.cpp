#include "config/variables.h"

#include <array>

namespace sas::config {
namespace {

constexpr bool kServer = true;
constexpr bool kEdge = true;
constexpr bool kNo = false;

constexpr std::array<Variable, 38> kVariables{{
    {"HOST", kServer, kNo},
    {"PORT", kServer, kEdge},
    {"THREADS", kServer, kNo},
    {"API_KEY", kServer, kEdge},
    {"ALLOWED_HOSTS", kServer, kNo},
    {"TLS_CERT_FILE", kServer, kNo},
    {"TLS_KEY_FILE", kServer, kNo},
    {"DATABASE_URL", kServer, kNo},
    {"DATABASE_POOL_SIZE", kServer, kNo},
    {"DATABASE_CONNECT_TIMEOUT", kServer, kNo},
    {"DATABASE_STATEMENT_TIMEOUT", kServer, kNo},
    {"DATABASE_START_TIMEOUT", kServer, kNo},
    {"GALLERY", kServer, kNo},
    {"PGVECTOR_M", kServer, kNo},
    {"PGVECTOR_EF_CONSTRUCTION", kServer, kNo},
    {"PGVECTOR_EF_SEARCH", kServer, kNo},
    {"CACHE_BACKEND", kServer, kNo},
    {"REDIS_URL", kServer, kNo},
    {"REDIS_CA_FILE", kServer, kNo},
    {"AUTO_START_LOCAL_REDIS", kServer, kNo},
    {"LOCAL_REDIS_START_CMD", kServer, kNo},
    {"PREFER_DOCKER_REDIS", kServer, kNo},
    {"UPSTASH_REDIS_REST_URL", kServer, kNo},
    {"UPSTASH_REDIS_REST_TOKEN", kServer, kNo},
    {"SIMILARITY_THRESHOLD", kServer, kNo},
    {"AMBIGUITY_MARGIN", kServer, kNo},
    {"LIVENESS_THRESHOLD", kServer, kNo},
    {"COOLDOWN_SECONDS", kServer, kNo},
    {"DATA_DIR", kServer, kEdge},
    {"MODELS_DIR", kServer, kEdge},
    {"MODEL_PACK", kServer, kEdge},
    {"UI_DIR", kServer, kNo},
    {"LOG_FILE", kServer, kEdge},
    {"LOG_LEVEL", kServer, kEdge},
    {"SERVER_IP", kNo, kEdge},
    {"SERVER_URL", kNo, kEdge},
    {"CAMERA_ID", kNo, kEdge},
    {"SERVER_CA_FILE", kNo, kEdge},
}};

}  // namespace

std::span<const Variable> variables() { return kVariables; }

}  // namespace sas::config
