#include "config/models_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sas::config {
namespace {

TEST(ModelsConfig, PacksAreInTheDataFolderByDefault) {
  auto moved = Settings::from({{"DATA_DIR", "/srv/attendance"}});
  EXPECT_EQ(read_models_config(moved).models_dir, "/srv/attendance/models");
  auto set = Settings::from({{"DATA_DIR", "/srv/attendance"}, {"MODELS_DIR", "/opt/models"}});
  EXPECT_EQ(read_models_config(set).models_dir, "/opt/models");
  auto nothing = Settings::from({});
  const auto config = read_models_config(nothing);
  EXPECT_EQ(config.models_dir, "data/models");
  EXPECT_EQ(config.model_pack, "faceplugin");
  EXPECT_EQ(config.liveness_pack, "");
}

TEST(ModelsConfig, AMirrorThatIsNotAUrlIsNamed) {
  auto settings = Settings::from({{"MODELS_MIRROR", "ftp://mirror"}});
  static_cast<void>(read_models_config(settings));
  EXPECT_THAT(settings.check().error().message, testing::HasSubstr("MODELS_MIRROR"));
}

}  // namespace
}  // namespace sas::config
